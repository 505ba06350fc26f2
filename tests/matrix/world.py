"""A small city to try everything on: the demo's contents, and private objects of two institutions.

What carries the number 1 belongs to institution 1, what carries an *a* to citizen or expert A.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.demo import load as demo
from hanmadang.kernel import clock
from hanmadang.people.models import Account, Consent, ConsentKind, TokenPurpose
from hanmadang.people.tokens import from_seed, issue
from hanmadang.reminders.models import MailState, OutboxMail
from tests.factories.events import make_institution
from tests.factories.reminders import put
from tests.matrix import authored, certified, classes, consequences, contents, graphs, imported
from tests.matrix.actors import Actor, Cast, hire
from tests.matrix.canaries import Aviary

Values = Mapping[str, Any]
LINK = "link"
"""Who reads what a mailed link opens."""
NOTHING: Values = {
    "account_id": 999_999, "ask_id": 999_999, "call_id": 999_999, "change_id": 999_999,
    "choice": "no-such", "code": "ZZZZZ", "cohort_id": 999_999, "competency": "no-such",
    "course": "no-such", "course_id": 999_999, "entry_id": 999_999,
    "module_id": 999_999, "remark_id": 999_999, "version_id": 999_999,
    "event_id": 999_999, "filename": "no-such.css", "form": "no-such",
    "held_id": 999_999, "held_kind": "cohorts",
    "hook_id": 999_999, "import_id": 999_999, "key": "999999",
    "kind": "no-such", "link_id": 999_999, "mail_id": 999_999, "mark_id": 999_999,
    "module": "no-such",
    "name": "no-such", "number": 1, "option_id": 999_999, "outcome_id": 999_999,
    "part": 999_999,
    "poll_id": 999_999, "question_id": 999_999, "role": "no-such", "run_id": 999_999,
    "set_id": 999_999,
    "shown": "no-such", "word_id": 999_999,
    "slug": "no-such", "suggestion_id": 999_999, "talk_id": 999_999, "token": "no-such",
    "unit": "no-such", "unit_id": 999_999, "viewpoint": "no-such",
}  # fmt: skip
"""The parameters of an object that does not exist, as far as addresses go."""


@dataclass(frozen=True, slots=True)
class World:
    """What was made, ready to be asked for."""

    actors: Mapping[str, Actor]
    aviary: Aviary
    objects: Mapping[str, Values]
    """Parameters of addresses, by the names that `expected.toml` uses."""


def build(session: Session) -> World:
    """Fill an empty database."""
    demo.load(session)
    aviary = Aviary()
    places = (make_institution(session, "first").id, make_institution(session, "second").id)
    cast = hire(session, aviary, places)
    objects: dict[str, Values] = {"nothing": NOTHING}
    objects |= contents.city(session)
    objects |= contents.events(session, cast, aviary)
    objects |= contents.polls(session, cast, aviary)
    objects |= contents.statements(session, cast, aviary)
    objects |= contents.words(session, cast, aviary)
    objects |= consequences.of(session, cast, aviary, objects)
    objects |= contents.forums(session, cast, aviary)
    objects |= contents.learning(session, cast, aviary)
    objects |= certified.of(session, cast, aviary)
    objects |= classes.of(session, cast)
    objects |= authored.courses(session, cast, aviary)
    objects |= imported.of(session, cast, aviary)
    objects |= graphs.of(session, cast)
    objects |= _people(session, cast, aviary)
    objects |= _mails(session, cast, aviary)
    session.flush()
    return World(dict(cast.actors), aviary, objects)


def _people(session: Session, cast: Cast, aviary: Aviary) -> dict[str, Values]:
    """Accounts for the desk, consents, and links that were mailed."""
    made: dict[str, Values] = {
        f"account of {name}": {"account_id": cast.viewers[name].id}
        for name in ("citizen-a", "administrator", "blocked")
    }
    made["role of reviewer"] = {
        "account_id": cast.viewers["reviewer"].id, "role": "reviewer",
    }  # fmt: skip
    made |= {f"{kind.value} consent": {"kind": kind.value} for kind in ConsentKind}
    for name in ("citizen-a", "citizen-b"):
        session.add(
            Consent(
                account_id=cast.viewers[name].id, kind=ConsentKind.REMINDERS.value,
                version=aviary.mark(name, "consent"), granted_at=clock.now(),
            )
        )  # fmt: skip
    for purpose in TokenPurpose:
        made[f"{purpose.value} link"] = {"token": _token(session, cast, aviary, purpose)}
    return made


def _token(session: Session, cast: Cast, aviary: Aviary, purpose: TokenPurpose) -> str:
    """A link as it was mailed: to an account's address, or to a guardian without account."""
    if purpose is TokenPurpose.GUARDIAN:
        email = f"{aviary.mark(LINK, 'address')}@example.org"
        detail = json.dumps({"name": aviary.mark(LINK, "name"), "locale": "en"})
        issued = issue(session, purpose, email=email, now=clock.now(), detail=detail)
        return from_seed(purpose, issued.seed)
    name = "unverified" if purpose is TokenPurpose.VERIFY else "citizen-a"
    account = session.get_one(Account, cast.viewers[name].id)
    issued = issue(session, purpose, email=account.email, now=clock.now(), account_id=account.id)
    return from_seed(purpose, issued.seed)


def _mails(session: Session, cast: Cast, aviary: Aviary) -> dict[str, Values]:
    """A mail that was refused, with words about its reader, and one that waits."""
    refused = put(
        session, 1, now=clock.now(), account_id=cast.viewers["citizen-a"].id,
        address=f"{aviary.mark('citizen-a', 'mailbox')}@example.org",
    )  # fmt: skip
    _mark_refused(refused, aviary)
    waiting = put(session, 2, now=clock.now(), account_id=cast.viewers["citizen-b"].id)
    return {"refused mail": {"mail_id": refused.id}, "waiting mail": {"mail_id": waiting.id}}


def _mark_refused(mail: OutboxMail, aviary: Aviary) -> None:
    mail.state, mail.last_code = MailState.REFUSED.value, 550
    mail.last_error = f"550 {aviary.mark('citizen-a', 'mail error')}"
    mail.sent_text = aviary.mark("citizen-a", "mail text")
