"""Self-checks: counters against rows, and secrets that must be gone."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import fsck
from hanmadang.polls import merkle
from hanmadang.polls.models import Ballot, Option, Poll, PollState, Question, Receipt, Seal, Tally
from hanmadang.polls.queries.shapes import shapes_of


def register() -> None:
    """Add the checks of this room."""
    fsck.check("tallies")(tallies)
    fsck.check("seals")(seals)


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
