"""Self-checks: counters against rows, and secrets that must be gone."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.kernel import fsck
from hanmadang.polls import merkle
from hanmadang.polls.models import Ballot, Option, Poll, PollState, Question, Receipt, Seal, Tally
from hanmadang.polls.models_audience import AudienceQuestion, Sitting, SittingState, Upvote
from hanmadang.polls.models_stage import Schedule
from hanmadang.polls.queries.shapes import shapes_of
from hanmadang.polls.staging import Gate


def register() -> None:
    """Add the checks of this room."""
    fsck.check("tallies")(tallies)
    fsck.check("seals")(seals)
    fsck.check("upvotes")(upvotes)
    fsck.check("hours")(hours)


def hours(session: Session) -> Iterator[str]:
    """The closing instant that casting obeys is the one that the page promises."""
    rows = session.execute(select(Poll.slug, Poll.gate, Schedule.closes_at).outerjoin(Schedule))
    for slug, gate, closes in rows:
        if Gate.of(gate).closes != closes:
            yield f"poll {slug} closes at {closes}, casting obeys {Gate.of(gate).closes}"


def tallies(session: Session) -> Iterator[str]:
    """Options' and questions' counters equal a recount; closed polls hold no secret."""
    gained: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    answered: Counter[int] = Counter()
    shapes = shapes_of(session.connection())
    for question_id, choices in session.execute(select(Ballot.question_id, Ballot.choices)):
        for option_id, gain in shapes[question_id].gains(tuple(choices)).items():
            gained[option_id] = [a + b for a, b in zip(gained[option_id], gain, strict=True)]
        answered[question_id] += bool(choices)
    counters = session.execute(
        select(Option.id, Tally.count, Tally.points, Tally.firsts).outerjoin(
            Tally, Tally.option_id == Option.id
        )
    )
    for option_id, *found in counters:
        yield from _differences(option_id, found, gained[option_id])
    for question_id, count in session.execute(select(Question.id, Question.answered)):
        if count != answered[question_id]:
            yield f"question {question_id} counts {count} answers, {answered[question_id]} exist"
    closed = select(Poll.slug).where(Poll.state == PollState.CLOSED.value, Poll.secret.is_not(None))
    for slug in session.scalars(closed):
        yield f"poll {slug} is closed and still has its secret"


def _differences(option_id: int, found: list[int], gained: list[int]) -> Iterator[str]:
    for word, counter, recount in zip(_WORDS, found, gained, strict=True):
        if counter != recount:
            yield f"option {option_id} {word} {counter}, its ballots say {recount}"


_WORDS = ("counts", "holds points", "counts firsts")


def seals(session: Session) -> Iterator[str]:
    """A closed poll has a seal, and its receipts are still those that were sealed."""
    closed = select(Poll.id, Poll.slug, Seal.root, Seal.receipts).outerjoin(Seal)
    for poll_id, slug, root, count in session.execute(
        closed.where(Poll.state == PollState.CLOSED.value)
    ):
        kept = select(Receipt.receipt).where(Receipt.poll_id == poll_id).order_by(Receipt.receipt)
        receipts = session.scalars(kept).all()
        if (merkle.root(receipts), len(receipts)) != (root, count):
            yield f"poll {slug}: the receipts are not those of its seal"


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
