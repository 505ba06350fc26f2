"""Self-checks: counters against rows, and secrets that must be gone."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import fsck
from hanmadang.polls.models import Ballot, Option, Poll, PollState, Question, Tally
from hanmadang.polls.queries.shapes import shapes_of


def register() -> None:
    """Add the checks of this room."""
    fsck.check("tallies")(tallies)


def tallies(session: Session) -> Iterator[str]:
    """Options' and questions' counters equal a recount; closed polls hold no secret."""
    chosen: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    shapes = shapes_of(session.connection())
    for question_id, choices in session.execute(select(Ballot.question_id, Ballot.choices)):
        chosen.update(shapes[question_id].counted(tuple(choices)))
        answered[question_id] += bool(choices)
    counts = session.execute(
        select(Option.id, Tally.count).outerjoin(Tally, Tally.option_id == Option.id)
    )
    for option_id, count in counts:
        if count != chosen[option_id]:
            yield f"option {option_id} counts {count}, its ballots say {chosen[option_id]}"
    for question_id, count in session.execute(select(Question.id, Question.answered)):
        if count != answered[question_id]:
            yield f"question {question_id} counts {count} answers, {answered[question_id]} exist"
    closed = select(Poll.slug).where(Poll.state == PollState.CLOSED.value, Poll.secret.is_not(None))
    for slug in session.scalars(closed):
        yield f"poll {slug} is closed and still has its secret"
