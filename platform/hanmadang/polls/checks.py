"""Self-checks: counters against rows, and secrets that must be gone."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.kernel import fsck
from hanmadang.kernel.envelopes import OVERHEAD
from hanmadang.polls import merkle
from hanmadang.polls.checks_pace import times
from hanmadang.polls.checks_profile import profiles
from hanmadang.polls.checks_quiz import quizzes
from hanmadang.polls.checks_words import words
from hanmadang.polls.domain import keys
from hanmadang.polls.domain.opinions import stored_digest
from hanmadang.polls.domain.secret_closing import keys_left
from hanmadang.polls.models import (
    Ballot,
    Mode,
    Option,
    Poll,
    PollState,
    Question,
    Receipt,
    Seal,
    Tally,
)
from hanmadang.polls.models_audience import AudienceQuestion, Sitting, SittingState, Upvote
from hanmadang.polls.models_secret import Box, Envelope, Participation
from hanmadang.polls.models_stage import Schedule
from hanmadang.polls.models_statements import OpinionResult, Suggestion
from hanmadang.polls.queries.shapes import shapes_of
from hanmadang.polls.shapes import Gain
from hanmadang.polls.staging import Gate


def register() -> None:
    """Add the checks of this room."""
    fsck.check("tallies")(tallies)
    fsck.check("seals")(seals)
    fsck.check("boxes")(secret_polls)
    fsck.check("upvotes")(upvotes)
    fsck.check("statements")(statements)
    fsck.check("profiles")(profiles)
    fsck.check("hours")(hours)
    fsck.check("quizzes")(quizzes)
    fsck.check("words")(words)
    fsck.check("times")(times)


def hours(session: Session) -> Iterator[str]:
    """The closing instant that casting obeys is the one that the page promises."""
    rows = session.execute(select(Poll.slug, Poll.gate, Schedule.closes_at).outerjoin(Schedule))
    for slug, gate, closes in rows:
        if Gate.of(gate).closes != closes:
            yield f"poll {slug} closes at {closes}, casting obeys {Gate.of(gate).closes}"


def secret_polls(session: Session) -> Iterator[str]:
    """Boxes count their envelopes, envelopes have one length, keys exist just while needed."""
    running = {
        row.id: row
        for row in session.execute(
            select(Poll.id, Poll.slug, Box.public_key, Box.room, Box.participants)
            .join(Box, Box.poll_id == Poll.id, isouter=True)
            .where(Poll.mode == Mode.SECRET.value, Poll.state.in_(_RUNNING))
        )
    }
    for poll_id, poll in running.items():
        if poll.public_key is None:
            yield f"poll {poll.slug} is secret and has no box"
            continue
        lengths = session.scalars(
            select(func.length(Envelope.sealed)).where(Envelope.poll_id == poll_id)
        ).all()
        mine = select(func.count()).where(Participation.poll_id == poll_id)
        counted = (session.scalar(mine), len(lengths))
        if counted != (poll.participants,) * 2:
            yield f"poll {poll.slug} counts {poll.participants} people, its rows {counted}"
        if set(lengths) - {poll.room + OVERHEAD}:
            yield f"poll {poll.slug} has envelopes of other lengths"
        yield from _key_faults(poll_id, poll.slug, poll.public_key)
    boxes = set(session.scalars(select(Box.poll_id)))
    yield from (f"poll {each} is not running and has a box" for each in boxes - set(running))
    yield from (f"poll {each} is closed and its key is still here" for each in keys_left(session))
    early = select(Ballot.question_id).join(Question, Question.id == Ballot.question_id)
    for question_id in set(session.scalars(early.where(Question.poll_id.in_(list(running))))):
        yield f"question {question_id} of a running secret poll has ballots"


_RUNNING = (PollState.OPEN.value, PollState.PAUSED.value)


def _key_faults(poll_id: int, slug: str, public: bytes) -> Iterator[str]:
    try:
        keys.find(poll_id, public)
    except keys.KeyMissingError:
        yield f"poll {slug}: its key is not in {keys.path_of(poll_id).parent}"


def tallies(session: Session) -> Iterator[str]:
    """Options' and questions' counters equal a recount; closed polls hold no secret."""
    gained: dict[int, list[int]] = defaultdict(lambda: [0] * len(Gain._fields))
    answered: Counter[int] = Counter()
    shapes = shapes_of(session.connection())
    for question_id, choices in session.execute(select(Ballot.question_id, Ballot.choices)):
        for option_id, gain in shapes[question_id].gains(tuple(choices)).items():
            gained[option_id] = [a + b for a, b in zip(gained[option_id], gain, strict=True)]
        answered[question_id] += bool(choices)
    counters = session.execute(
        select(Option.id, *(getattr(Tally, name) for name in Gain._fields)).outerjoin(
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


_WORDS = (
    "counts", "holds points", "counts firsts", "counts agreeing", "counts disagreeing",
    "counts passing",
)  # fmt: skip


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


def statements(session: Session) -> Iterator[str]:
    """Accepted statements belong to their question; closed polls know no suggester, no memory.

    Files of votes are those that were made.
    """
    strange = (
        select(Suggestion.id)
        .join(Option, Option.id == Suggestion.option_id)
        .where(Option.question_id != Suggestion.question_id)
    )
    for id_ in session.scalars(strange):
        yield f"suggestion {id_} stands for a statement of another question"
    closed = Poll.state == PollState.CLOSED.value
    known = select(Suggestion.id).join(Question, Question.id == Suggestion.question_id)
    named = (Suggestion.suggester != "") | (Suggestion.mark != "")
    for id_ in session.scalars(known.join(Poll, Poll.id == Question.poll_id).where(closed, named)):
        yield f"suggestion {id_} of a closed poll still knows its suggester"
    kept = select(OpinionResult).join(Question, Question.id == OpinionResult.question_id)
    for each in session.scalars(kept.join(Poll, Poll.id == Question.poll_id).where(closed)):
        if each.ledger or each.memory:
            yield f"question {each.question_id} is closed and still remembers its groups"
        if each.votes is not None and each.votes != stored_digest(session, each.question_id):
            yield f"question {each.question_id}: its file of votes is not the one that was made"
