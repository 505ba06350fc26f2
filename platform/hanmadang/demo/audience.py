"""Sample questions from an audience, through the room's own verbs."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.demo import sample
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain import audience, audience_desk
from hanmadang.polls.domain.audience_sitting import SittingSettings, configure
from hanmadang.polls.models import Poll
from hanmadang.polls.models_audience import AskState, SittingState
from hanmadang.polls.rules_audience import Person, person_of


def load(session: Session, actor: Viewer) -> None:
    """Switch audience questions on for one poll, and ask."""
    content = sample.read("audience.toml")
    poll = session.scalars(select(Poll).where(Poll.slug == content["poll"])).one()
    settings = SittingSettings(SittingState.OPEN, event_slug=content.get("forum"))
    configure(session, actor, poll.id, settings)
    for each in content["questions"]:
        _ask(session, actor, poll, each)


def _ask(session: Session, actor: Viewer, poll: Poll, table: dict[str, Any]) -> None:
    name = table.get("name", "")
    question = audience.ask(
        session, poll.id, _somebody(poll), table["text"], name=name, page="ko"
    ).id
    to = AskState(table["state"])
    if to is AskState.PENDING:
        return
    _move(session, actor, poll, question, AskState.PENDING, AskState.SHOWN)
    for _ in range(table["upvotes"]):
        audience.upvote(session, poll.id, question, _somebody(poll), wanted=True)
    if to is not AskState.SHOWN:
        _move(session, actor, poll, question, AskState.SHOWN, to)


def _move(  # noqa: PLR0913, PLR0917  (a short name for one act)
    session: Session, actor: Viewer, poll: Poll, question: int, seen: AskState, to: AskState
) -> None:
    audience_desk.move(session, actor, poll.id, question, seen=seen, to=to)


def _somebody(poll: Poll) -> Person:
    return person_of(poll.secret, new_key())
