"""What this visitor answered, while the poll's secret still exists to find it."""

from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hanmadang.kernel.db import read
from hanmadang.polls.entry import Visitor, voter_of
from hanmadang.polls.models import (
    TYPED,
    Assurance,
    Ballot,
    Mode,
    Poll,
    PollState,
    Question,
    QuestionType,
)
from hanmadang.polls.models_secret import Participation
from hanmadang.polls.queries.words import labels_of
from hanmadang.polls.rules import participation_receipt, receipt_of
from hanmadang.polls.shapes import Answer, Settings


@dataclass(frozen=True, slots=True)
class Mine:
    """One visitor in one poll."""

    voter_key: str = ""
    """Empty where the visitor is unknown or not let in, or the poll is closed."""
    chosen: dict[int, Answer] = field(default_factory=dict)
    """Answers by question id; questions answered and taken back are absent, and so are all
    answers to a secret poll."""
    texts: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """What this visitor typed, by question id, read by a moderator or not."""
    receipt: str = ""
    took_part: bool = False
    """Whether an envelope of this visitor lies in the box of a secret poll."""
    is_let_in: bool = True
    """Whether nothing is missing to answer: a code, a mail, signing in."""

    @property
    def has_answered(self) -> bool:
        """Whether any question holds an answer."""
        return self.took_part or bool(self.chosen)


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """What must be known of an open poll to count an answer."""

    id: int
    secret: str
    assurance: Assurance
    questions: tuple[tuple[int, QuestionType, Settings], ...]

    def voter(self, visitor: Visitor) -> str:
        """Under which key this visitor answers; empty where something is missing."""
        return voter_of(self.secret, self.assurance, visitor)


_OPEN = (
    select(
        Poll.id, Poll.secret, Poll.assurance, Question.id, Question.type, Question.settings
    )
    .join(Question, Question.poll_id == Poll.id)
    .where(Poll.slug == bindparam("slug"), Poll.state == PollState.OPEN.value)
)  # fmt: skip


_SECRET = select(Poll.secret, Poll.assurance, Poll.mode).where(Poll.id == bindparam("poll"))
_BALLOTS = (
    select(Ballot.question_id, Ballot.rev, Ballot.choices, Question.type)
    .join(Question, Question.id == Ballot.question_id)
    .where(Question.poll_id == bindparam("poll"), Ballot.voter_key == bindparam("voter"))
)


def open_poll(session: Session, slug: str) -> OpenPoll | None:
    """The poll with that slug while it is open; one statement."""
    rows = read(session, _OPEN, slug=slug).all()
    if not rows or rows[0][1] is None:
        return None
    questions = tuple((row[3], QuestionType(row[4]), Settings.of(row[5])) for row in rows)
    return OpenPoll(rows[0][0], rows[0][1], Assurance(rows[0][2]), questions)


def answers_of(session: Session, poll_id: int, visitor: Visitor) -> Mine:
    """This visitor's answers; nothing for a stranger or a closed poll."""
    poll = read(session, _SECRET, poll=poll_id).first()
    if poll is None or not poll.secret:
        return Mine()
    assurance = Assurance(poll.assurance)
    voter = voter_of(poll.secret, assurance, visitor)
    if not voter:
        return Mine(is_let_in=assurance is Assurance.LINK)
    if poll.mode == Mode.SECRET:
        return _sealed(session, poll_id, poll.secret, voter)
    return _open(session, poll_id, poll.secret, voter)


def _sealed(session: Session, poll_id: int, secret: str, voter: str) -> Mine:
    if session.get(Participation, (poll_id, voter)) is None:
        return Mine(voter)
    return Mine(voter, receipt=participation_receipt(secret, voter), took_part=True)


def _open(session: Session, poll_id: int, secret: str, voter: str) -> Mine:
    rows = read(session, _BALLOTS, poll=poll_id, voter=voter).all()
    chosen = {row.question_id: tuple(row.choices) for row in rows if row.choices}
    receipt = receipt_of(secret, voter, [tuple(row)[:3] for row in rows]) if rows else ""
    typed = [row.question_id for row in rows if row.type in _TYPED]
    labels = labels_of(session, [id_ for each in typed for id_ in chosen.get(each, ())])
    texts = {each: tuple(labels[id_] for id_ in chosen.get(each, ())) for each in typed}
    return Mine(voter, chosen, texts, receipt)


_TYPED = frozenset(type_.value for type_ in TYPED)
