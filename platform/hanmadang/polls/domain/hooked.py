"""Which changes of polls webhooks hear of, and in which words."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.pointers import address_in
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_outcomes import Outcome
from hanmadang.reminders.domain import hooks

OPENED, CLOSED, OUTCOME = "poll.opened", "poll.closed", "poll.outcome"


def register() -> None:
    """Offer these events to webhooks."""
    hooks.declare(OPENED, lazy("A poll opens for the first time"))
    hooks.declare(CLOSED, lazy("A poll closes"))
    hooks.declare(OUTCOME, lazy("Something came of a poll"))


def announce_state(session: Session, poll: Poll, *, now: datetime) -> None:
    """Say that a poll opened or closed; going on after a pause is neither."""
    if poll.state == PollState.CLOSED:
        kind = CLOSED
    elif poll.state == PollState.OPEN and poll.opened_at == now:
        kind = OPENED
    else:
        return
    hooks.announce(session, _happening(kind, poll, poll.id), now=now)


def announce_outcome(session: Session, poll: Poll, outcome: Outcome, *, now: datetime) -> None:
    """Say what came of a poll."""
    told = {
        "id": outcome.id,
        "state": outcome.state,
        "date": outcome.happened_on.isoformat(),
        "text": _both(outcome.text),
        "reason": _both(outcome.reason),
        "url": _addresses(outcome.link) if outcome.link else None,
    }
    happening = _happening(OUTCOME, poll, outcome.id, outcome=told)
    hooks.announce(session, happening, now=now)


def _happening(kind: str, poll: Poll, number: int, **more: Any) -> hooks.Happening:
    about = {
        "slug": poll.slug,
        "code": poll.code,
        "title": _both(poll.title),
        "state": poll.state,
        "url": _addresses(f"/polls/{poll.slug}"),
    }
    data = {"poll": about, **more}
    return hooks.Happening(kind, f"{kind}:{number}", poll.institution_id, data)


def _both(text: Bilingual) -> dict[str, str]:
    return {language: text.get(language) for language in LANGUAGES}


def _addresses(path: str) -> dict[str, str]:
    return {language: address_in(language, path) for language in LANGUAGES}
