"""Sample answers in people's own words, through real ballots; a moderator has read most."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain import BallotSet, cast_many
from hanmadang.polls.domain.words_desk import move_word
from hanmadang.polls.models import Poll
from hanmadang.polls.models_words import PollWord, WordState


def load(session: Session, actor: Viewer, poll: Poll, table: Mapping[str, Any]) -> None:
    """Invented answers; the poll's introduction says that they are."""
    for question, content in zip(poll.questions, table["questions"], strict=True):
        ballots = [
            BallotSet(poll.id, new_key(), new_key(), {}, texts={question.id: (text,)})
            for text, count in content.get("typed", {}).items()
            for _ in range(count)
        ]
        if ballots:
            cast_many(session, ballots)
            hidden = set(content.get("hidden", ()))
            _moderate(session, actor, question.id, set(content["waiting"]), hidden)


def _moderate(
    session: Session, actor: Viewer, question_id: int, waiting: set[str], hidden: set[str]
) -> None:
    """Show what may be seen, hide what harms, and leave the rest to whoever plays the part."""
    mine = select(PollWord.id, PollWord.label).where(PollWord.question_id == question_id)
    for word_id, label in session.execute(mine).all():
        to = WordState.HIDDEN if label in hidden else WordState.SHOWN
        if label not in waiting:
            move_word(session, actor, question_id, word_id, seen=WordState.PENDING, to=to)
