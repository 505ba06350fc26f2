"""Self-check of typed answers: counts against ballots, and texts whose time is over."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.polls.models import TYPED, Ballot, Poll, PollState, Question
from hanmadang.polls.models_words import PollWord, WordState
from hanmadang.polls.rules_words import FEWEST_ALIKE, KEPT

_LATE = KEPT + timedelta(days=2)
"""The job looks once a day, and a server may have been off for one."""
_TYPED = [type_.value for type_ in TYPED]


def words(session: Session) -> Iterator[str]:
    """Counts equal a recount, ballots hold answers of their question, old rare texts are gone."""
    held: Counter[tuple[int, int]] = Counter()
    ballots = select(Ballot.question_id, Ballot.choices).join(
        Question, Question.id == Ballot.question_id
    )
    for question_id, choices in session.execute(ballots.where(Question.type.in_(_TYPED))):
        held.update((question_id, word_id) for word_id in choices)
    for word in session.scalars(select(PollWord)):
        counted = held.pop((word.question_id, word.id), 0)
        if word.count != counted:
            yield f"typed answer {word.id} counts {word.count}, its ballots say {counted}"
    for question_id, word_id in held:
        yield f"ballots of question {question_id} hold typed answer {word_id}, which is not its own"
    late = (
        select(PollWord.id)
        .join(Question, Question.id == PollWord.question_id)
        .join(Poll, Poll.id == Question.poll_id)
        .where(
            Poll.state == PollState.CLOSED.value,
            Poll.closed_at < clock.now() - _LATE,
            PollWord.folded.is_not(None),
            PollWord.count < FEWEST_ALIKE,
            PollWord.state != WordState.SHOWN.value,
        )
    )
    for word_id in session.scalars(late):
        yield f"typed answer {word_id} should have been deleted after its poll closed"
