"""Self-checks: counters against rows, and secrets that must be gone."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import fsck
from hanmadang.polls import merkle
from hanmadang.polls.models import Ballot, Option, Poll, PollState, Question, Receipt, Seal, Tally


def register() -> None:
    """Add the checks of this room."""
    fsck.check("tallies")(tallies)
    fsck.check("seals")(seals)


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
