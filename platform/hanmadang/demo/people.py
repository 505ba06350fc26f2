"""The demo's institutions and its seven people: roles, not invented persons."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.demo import sample
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.i18n import LazyText, lazy, translate
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people import consents
from hanmadang.people.models import Account, ConsentKind, Institution, RoleGrant

CITY = "hanmadang-city-peace"
_CONSENTS = (ConsentKind.TERMS, ConsentKind.PRIVACY, ConsentKind.REMINDERS)
"""Given at sign-up; the one for the path is left to whoever plays the part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part that a visitor of the demo can play."""

    code: str
    role: Role
    name: LazyText
    can: LazyText
    institution: str = ""
    zone: str = "Asia/Seoul"
    locale: str = "ko"

    @property
    def email(self) -> str:
        """The account's address; example.org receives no mail."""
        return f"{self.code}@example.org"


PARTS = (
    Part(
        "citizen",
        Role.CITIZEN,
        lazy("Citizen"),
        lazy("Takes courses, answers polls, books seats, follows a path of lessons."),
    ),
    Part(
        "organizer",
        Role.ORGANIZER,
        lazy("Organizer"),
        lazy("Posts events, runs live polls, calls for speakers, reads what the city asked for."),
        CITY,
    ),
    Part(
        "partner",
        Role.PARTNER_EDITOR,
        lazy("Partner institution"),
        lazy("Looks after courses together with the city and links them to events."),
        "hanmadang-education-institute",
    ),
    Part(
        "second-partner",
        Role.PARTNER_EDITOR,
        lazy("Second partner institution"),
        lazy("Signs versions of a course, or returns them with a reason."),
        "hanmadang-research-institute",
    ),
    Part(
        "expert",
        Role.EXPERT,
        lazy("Expert abroad"),
        lazy("Registers to speak at a forum from another time zone."),
        zone="Asia/Ulaanbaatar",
        locale="en",
    ),
    Part(
        "reviewer",
        Role.REVIEWER,
        lazy("Reviewer"),
        lazy("Reads proposals without names and scores them."),
        "hanmadang-research-institute",
    ),
    Part(
        "administrator",
        Role.ADMINISTRATOR,
        lazy("Administrator"),
        lazy("Gives roles, watches the outbox and the audit log."),
        CITY,
    ),
)


def part(code: str) -> Part | None:
    """The part of that code."""
    return next((each for each in PARTS if each.code == code), None)


def load(session: Session) -> None:
    """Institutions and accounts. Nobody can sign in to them with a password."""
    for table in sample.read("institutions.toml")["institutions"]:
        texts = {name: sample.text(table[name]) for name in ("name", "city")}
        codes = {name: table[name] for name in ("code", "kind", "country")}
        session.add(Institution(**codes, **texts))
    session.flush()
    for each in PARTS:
        account = _account(session, each)
        session.add(account)
        session.flush()
        consents.grant_all(session, account.id, _CONSENTS, now=clock.now())


def _account(session: Session, each: Part) -> Account:
    place = institution_id(session, each.institution) if each.institution else None
    account = Account(
        email=each.email,
        login=each.email,
        password_hash="!",  # noqa: S106  (no password fits)
        name=_both(each.name),
        locale=each.locale,
        zone=each.zone,
        verified_at=clock.now(),
        created_at=clock.now(),
    )
    account.grants = [RoleGrant(role=each.role.value, institution_id=place)]
    return account


def _both(name: LazyText) -> str:
    """The part's name in both languages: whoever looks, understands."""
    return " ".join(translate(language, name.message) for language in LANGUAGES)


def institution_id(session: Session, code: str) -> int:
    """The id of the institution with that code."""
    return session.scalars(select(Institution.id).where(Institution.code == code)).one()


def acting(session: Session, code: str) -> Viewer:
    """One of the demo's people, to act in the rooms' verbs."""
    account = session.scalars(select(Account).where(Account.login == f"{code}@example.org")).one()
    place = next((grant.institution_id for grant in account.grants), None)
    return Viewer(
        account.id,
        account.name,
        account.locale,
        account.roles,
        place,
        verified=True,
        second_factor=True,
    )
