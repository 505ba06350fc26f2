"""Self-checks: counters against rows, and secrets that must be gone."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.kernel import fsck
from hanmadang.polls.models import Ballot, Option, Poll, PollState, Question, Tally
from hanmadang.polls.models_audience import AudienceQuestion, Sitting, SittingState, Upvote


def register() -> None:
    """Add the checks of this room."""
    fsck.check("tallies")(tallies)
    fsck.check("upvotes")(upvotes)


def tallies(session: Session) -> Iterator[str]:
    """Options' and questions' counters equal a recount; closed polls hold no secret."""
    chosen: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    for question_id, choices in session.execute(select(Ballot.question_id, Ballot.choices)):
        chosen.update(choices)
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


def upvotes(session: Session) -> Iterator[str]:
    """Counters of audience questions equal a recount; closed polls know no asker or name."""
    devices: defaultdict[int, set[str]] = defaultdict(set)
    asked = select(Upvote.question_id, AudienceQuestion.merged_into, Upvote.device).join(
        AudienceQuestion, AudienceQuestion.id == Upvote.question_id
    )
    for question_id, merged_into, device in session.execute(asked):
        devices[question_id].add(device)
        if merged_into is not None:
            devices[merged_into].add(device)
    for question_id, count in session.execute(
        select(AudienceQuestion.id, AudienceQuestion.upvotes)
    ):
        if count != len(devices[question_id]):
            yield f"question {question_id} counts {count}, {len(devices[question_id])} up-voted it"
    last = select(Sitting.poll_id, Sitting.asked, func.max(AudienceQuestion.number)).join(
        AudienceQuestion, AudienceQuestion.poll_id == Sitting.poll_id, isouter=True
    )
    for poll_id, numbered, number in session.execute(last.group_by(Sitting.poll_id)):
        if numbered != (number or 0):
            yield f"poll {poll_id} counts {numbered} audience questions, the last is {number}"
    known = (AudienceQuestion.asker != "") | (AudienceQuestion.name != "")
    yield from (
        f"audience question {question_id} of a closed poll still knows its asker"
        for question_id in session.scalars(
            select(AudienceQuestion.id)
            .join(Poll, Poll.id == AudienceQuestion.poll_id)
            .where(Poll.state == PollState.CLOSED.value, known)
        )
    )
    yield from (
        f"poll {poll_id} is closed and still takes questions"
        for poll_id in session.scalars(
            select(Sitting.poll_id)
            .join(Poll, Poll.id == Sitting.poll_id)
            .where(Poll.state == PollState.CLOSED.value, Sitting.state == SittingState.OPEN.value)
        )
    )
