"""Sealing: at closing, the receipts of all counted ballot sets are kept, and one hash over them.

A receipt is an HMAC under the poll's secret over one device's last answers. The secret is
destroyed in the same transaction, so from then on a receipt tells nothing; whoever kept theirs
finds it in the list and knows that their answers were counted. Receipts are stored in their own
order, which is random, in a table that knows neither ballots nor times.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from hanmadang.polls import merkle
from hanmadang.polls.models import Ballot, Poll, Question, Receipt, Seal
from hanmadang.polls.rules import receipt_of

_RECEIPT = cast("Table", Receipt.__table__)
_Rows = list[tuple[int, int, list[int]]]


def seal(session: Session, poll_id: int, given: Collection[str]) -> Seal:
    """Keep these receipts of a locked poll, and the hash over them."""
    receipts = sorted(given)
    made = Seal(poll_id=poll_id, root=merkle.root(receipts), receipts=len(receipts))
    session.add(made)
    if receipts:
        rows = [{"poll_id": poll_id, "receipt": receipt} for receipt in receipts]
        session.connection().execute(insert(_RECEIPT), rows)
    return made


def receipts_of(session: Session, poll: Poll) -> set[str]:
    """Of every device whose answers count; one that took all of them back has none.

    Raises ValueError for a poll without its secret.
    """
    if poll.secret is None:
        message = "Without its secret a poll has no receipts."
        raise ValueError(message)
    secret = poll.secret
    sheets: defaultdict[str, _Rows] = defaultdict(list)
    rows = session.execute(
        select(Ballot.voter_key, Ballot.question_id, Ballot.rev, Ballot.choices)
        .join(Question, Question.id == Ballot.question_id)
        .where(Question.poll_id == poll.id)
    )
    for voter, question, rev, choices in rows:
        sheets[voter].append((question, rev, choices))
    return {
        receipt_of(secret, voter, sheet)
        for voter, sheet in sheets.items()
        if any(choices for _question, _rev, choices in sheet)
    }
