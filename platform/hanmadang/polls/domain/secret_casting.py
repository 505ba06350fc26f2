"""Casting in a secret poll: a participation and an envelope, and nothing that ties them.

The answers are sealed before they reach the database; counters do not move, because the log of
the database would tell each step. Only the number of participants does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.envelopes import close_envelope, new_private_key, public_key_of
from hanmadang.kernel.ids import keyed, new_key
from hanmadang.polls import sheets
from hanmadang.polls.domain import keys
from hanmadang.polls.models import Poll
from hanmadang.polls.models_secret import Box, Envelope, Participation
from hanmadang.polls.queries.held import took_part
from hanmadang.polls.queries.shapes import shapes_of
from hanmadang.polls.shapes import Answer

BOX = cast("Table", Box.__table__)
PARTICIPATION = cast("Table", Participation.__table__)
ENVELOPE = cast("Table", Envelope.__table__)


def purpose_of(poll_id: int) -> str:
    """Binds an envelope to its poll."""
    return f"hanmadang poll {poll_id}"


def prepare_box(session: Session, poll: Poll) -> None:
    """Make the key pair of a poll that opens for the first time.

    The key file is durable before the poll is open; a transaction that fails leaves a file that
    the next opening replaces and the hourly job removes.
    """
    private = new_private_key()
    keys.keep(poll.id, private)
    connection = session.connection()
    room = sheets.room_for(shapes_of(connection, poll.id).values())
    connection.execute(delete(BOX).where(BOX.c.poll_id == poll.id))
    session.add(Box(poll_id=poll.id, public_key=public_key_of(private), room=room, participants=0))


@dataclass(slots=True)
class OpenBox:
    """A locked secret poll and what the batch puts into its box."""

    poll_id: int
    secret: str
    public_key: bytes
    room: int
    known: dict[str, str]
    """Mark of the request by voter key, for those of the batch who took part."""
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)

    def mark(self, key: str) -> str:
        """What is kept of a request: its key alone, hashed under the poll's secret."""
        return keyed(self.secret, "participation", key)

    def put(self, voter: str, mark: str, answers: dict[int, Answer]) -> None:
        """Seal the answers; they leave this method only as an envelope."""
        held = {question: answer for question, answer in answers.items() if answer}
        sheet = sheets.written(held, self.room)
        sealed = close_envelope(self.public_key, sheet, purpose_of(self.poll_id))
        self.known[voter] = mark
        self.taken.append((voter, mark, sealed))

    def write(self, connection: Connection) -> None:
        """Write what was put in; each table in the order of its own random names."""
        people = [
            {"poll_id": self.poll_id, "voter_key": voter, "idem": mark}
            for voter, mark, _sealed in sorted(self.taken)
        ]
        envelopes = [
            {"poll_id": self.poll_id, "name": new_key(), "sealed": sealed}
            for _voter, _mark, sealed in self.taken
        ]
        connection.execute(insert(PARTICIPATION), people)
        connection.execute(insert(ENVELOPE), sorted(envelopes, key=lambda row: str(row["name"])))
        connection.execute(_MORE, {"poll": self.poll_id, "step": len(people)})


def open_box(connection: Connection, poll_id: int, secret: str, voters: Sequence[str]) -> OpenBox:
    """The box of a running secret poll, with what is known of these voters.

    Raises NoResultFound without a box: answers to a secret poll go there or nowhere.
    """
    row = connection.execute(_BOX, {"poll": poll_id}).one()
    marks = {each.voter_key: each.idem for each in took_part(connection, poll_id, voters)}
    return OpenBox(poll_id, secret, row.public_key, row.room, marks)


_BOX = select(BOX.c.public_key, BOX.c.room).where(BOX.c.poll_id == bindparam("poll"))
_MORE = (
    update(BOX)
    .where(BOX.c.poll_id == bindparam("poll"))
    .values(participants=BOX.c.participants + bindparam("step"))
)
