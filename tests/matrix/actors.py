"""The people of the world: one for each way to stand towards somebody else's data."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.ids import keyed, new_secret
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people import sessions
from hanmadang.people.models import Account, AccountState
from tests.factories.people import TOTP_SECRET, make_person
from tests.matrix.canaries import Aviary

_AHEAD = timedelta(hours=1)
"""Sessions were used later than any look at them, so that no look needs to note its time."""
NOBODY = ("anonymous", "blocked")
"""Who is nobody to the house: without a cookie, and with one that ended."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an actor is."""

    role: Role | None = Role.CITIZEN
    institution: int | None = None
    """1 or 2: one of the world's two institutions."""


PARTS = {
    "anonymous": Part(None),
    "blocked": Part(),
    "citizen-a": Part(),
    "citizen-b": Part(),
    "unverified": Part(),
    "child": Part(),
    "expert-a": Part(Role.EXPERT),
    "expert-b": Part(Role.EXPERT),
    "organizer-1": Part(Role.ORGANIZER, 1),
    "organizer-2": Part(Role.ORGANIZER, 2),
    "partner-1": Part(Role.PARTNER_EDITOR, 1),
    "partner-2": Part(Role.PARTNER_EDITOR, 2),
    "instructor-1": Part(Role.INSTRUCTOR),
    "instructor-2": Part(Role.INSTRUCTOR),
    "reviewer": Part(Role.REVIEWER),
    "administrator": Part(Role.ADMINISTRATOR),
    "unproven": Part(Role.ORGANIZER, 1),
}
"""Instructors teach a cohort of the institution of their number; `unproven` organizes for
institution 1 and has a second factor, but did not show it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a browser."""

    name: str
    part: Part
    account_id: int | None = None
    session: str = ""
    device: str = field(default_factory=new_secret)

    @property
    def cookies(self) -> str:
        """The Cookie header."""
        signed_in = f"; hm_session={self.session}" if self.session else ""
        return f"hm_device={self.device}{signed_in}"

    def token(self, secret_key: str) -> str:
        """The form token of this device."""
        return keyed(secret_key, "form", self.device)


@dataclass(slots=True)
class Cast:
    """The actors, and the accounts behind them while the world is being made."""

    institutions: tuple[int, int]
    actors: dict[str, Actor] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)


def hire(session: Session, aviary: Aviary, institutions: tuple[int, int]) -> Cast:
    """Make everybody's account, with marked names, addresses and devices, and sign them in."""
    cast = Cast(institutions)
    for name, part in PARTS.items():
        if part.role is None:
            cast.actors[name] = Actor(name, part)
            continue
        place = institutions[part.institution - 1] if part.institution else None
        account = _account(session, aviary, name, part.role, place)
        cookie = _sign_in(session, aviary, name, account)
        cast.actors[name] = Actor(name, part, account.id, cookie)
        cast.viewers[name] = Viewer(
            account.id, account.name, account.locale, account.roles, place, verified=True,
            second_factor=True,
        )  # fmt: skip
    session.flush()
    return cast


def _account(session: Session, aviary: Aviary, name: str, role: Role, place: int | None) -> Account:
    account = make_person(
        session, role, email=f"{aviary.mark(name, 'address')}@example.org", locale="en",
        name=aviary.mark(name, "name"),
    )  # fmt: skip
    account.grants[0].institution_id = place
    if name == "unverified":
        account.verified_at = None
    if name == "child":
        account.guardian_email = f"{aviary.mark(name, 'guardian')}@example.org"
    if name == "unproven":
        account.totp_secret = TOTP_SECRET
    session.flush()
    return account


def _sign_in(session: Session, aviary: Aviary, name: str, account: Account) -> str:
    now, strong = clock.now(), name != "unproven"
    label = aviary.mark(name, "device")
    used = now + _AHEAD
    cookie = sessions.start(session, account, now=used, label=label, strong=strong)
    if name == "blocked":
        account.state = AccountState.BLOCKED.value
    return cookie
