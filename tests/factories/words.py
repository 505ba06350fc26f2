"""Polls that ask for typed answers, and what people type."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel.ids import new_key
from hanmadang.polls.domain import BallotSet, QuestionDraft
from hanmadang.polls.models import Question, QuestionKind, QuestionType
from hanmadang.polls.models_words import PollWord, WordState
from hanmadang.polls.shapes import Settings
from tests.factories.polls import both

TEXT = QuestionDraft(
    QuestionKind.OPINION,
    both("무엇을 바꾸면 좋을까요?", "What would you change?"),
    (),
    type=QuestionType.TEXT,
)
CLOUD = QuestionDraft(
    QuestionKind.OPINION,
    both("평화 하면 무엇이 떠오르나요?", "What comes to mind with peace?"),
    (),
    type=QuestionType.CLOUD,
    max_choices=3,
)
AT_ONCE = Settings(at_once=True)


def typed(question: Question, *texts: str, voter: str = "", key: str = "") -> BallotSet:
    """One device's typed answer to one question."""
    return BallotSet(
        question.poll_id, voter or new_key(), key or new_key(), {}, texts={question.id: texts}
    )


def words(session: Session, question_id: int) -> dict[str, tuple[int, str]]:
    """How often each answer was given, and its state, by its label."""
    found = session.scalars(
        select(PollWord)
        .where(PollWord.question_id == question_id)
        .execution_options(populate_existing=True)
    )
    return {word.label: (word.count, word.state) for word in found}


def show_all(session: Session, question_id: int) -> None:
    """As if a moderator had shown every answer."""
    for word in session.scalars(select(PollWord).where(PollWord.question_id == question_id)):
        word.state = WordState.SHOWN.value
    session.flush()
