"""Polls and their answers.

A ballot is kept under a key made with the poll's own secret. It holds no account, no time and
no serial number, so nothing in the stored rows says who answered or in which order; when the
poll closes the secret is destroyed and nobody, the house included, can find a person's ballot.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class PollState(StrEnum):
    """Where a poll stands. Closing is final: the secret that names ballots is gone."""

    DRAFT = "draft"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


STEPS = Machine(
    {
        PollState.DRAFT: frozenset({PollState.OPEN}),
        PollState.OPEN: frozenset({PollState.PAUSED, PollState.CLOSED}),
        PollState.PAUSED: frozenset({PollState.OPEN, PollState.CLOSED}),
    }
)


class Mode(StrEnum):
    """Whether an answer may be changed, or lies in an envelope until the poll closes."""

    EDITABLE = "editable"
    """Answers count at once and may be changed until the close."""
    SECRET = "secret"  # noqa: S105  (a word, not a password)
    """Answers are sealed and final; nobody can read or count them before the close."""


class Assurance(StrEnum):
    """How sure we are that one person answers once. Said in words beside every result."""

    LINK = "L0"
    """Whoever has the link, one ballot per browser."""
    ROOM = "L1"
    """Whoever saw the changing code in the hall, one ballot per browser."""
    EMAIL = "L2"
    """Whoever reads the mail of an address, one ballot per address."""
    ACCOUNT = "L3-account"
    """Whoever is signed in, one ballot per account."""
    CODES = "L3-code"
    """Whoever holds a one-time code, one ballot per code."""


class QuestionKind(StrEnum):
    """What an answer is, declared by the author: it decides what may ever be done with it."""

    KNOWLEDGE = "knowledge"
    """Has a right answer and an explanation; may become evidence for a path."""
    INTEREST = "interest"
    """Names topics; may become evidence for a path."""
    OPINION = "opinion"
    """A stance: counted in a total, never evidence."""


class QuestionType(StrEnum):
    """In which shape a person answers; `shapes` says what each accepts and counts."""

    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"
    """One of four, five or seven options in an order that means something."""
    NUMBER = "number"
    """A number in the author's range; its options are the bands in which it is counted."""
    RANKING = "ranking"
    """Options in an order of preference, all of them or the first few."""
    POINTS = "points"
    """A fixed number of points given to options."""
    STATEMENTS = "statements"
    """Agree, disagree or pass on any of the options, one at a time; `models_statements`."""
    TEXT = "text"
    """A sentence in one's own words, which a moderator reads; `models_words`."""
    CLOUD = "cloud"
    """A few words of one's own, counted as whole answers; `models_words`."""


EVIDENT = frozenset({QuestionType.ONE, QuestionType.SEVERAL})
"""Types that knowledge and interest questions may have: a choice is right or wrong, or names a
topic. A point of a scale or a number says neither, so all other types are for opinions."""
TYPED = frozenset({QuestionType.TEXT, QuestionType.CLOUD})
"""Types without options: people write, and a moderator decides what others see. They are not in
`TELLING`: one ballot moves one count, or at most three of a cloud, as where several are chosen,
and what is one person's alone is not shown before a moderator has read it."""
TELLING = frozenset({QuestionType.RANKING, QuestionType.POINTS, QuestionType.STATEMENTS})
"""Types whose totals, watched while they move, would tell each person's whole answer: one ballot
changes several of them at once or, statement by statement, within a minute, in a pattern hardly
anybody shares. Their results wait until nothing moves, and are never released as tables."""

PICTURED = frozenset({QuestionType.ONE, QuestionType.SEVERAL, QuestionType.RANKING})
"""Types whose options may carry a picture."""


class ResultsShown(StrEnum):
    """From when the public may see how a question was answered."""

    LIVE = "live"
    AFTER_VOTE = "after_vote"
    CLOSED = "closed"
    MODERATOR = "moderator"
    """When the moderator reveals them; at the latest once the poll is closed."""


class Poll(Base):
    """Some questions asked together."""

    __tablename__ = "poll"
    __table_args__ = (
        state_check("state", PollState),
        state_check("mode", Mode),
        state_check("assurance", Assurance),
        CheckConstraint("state <> 'closed' OR secret IS NULL", name="secret_destroyed"),
        Index(None, "state", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    """Five letters to read from a screen and type on a phone."""
    title: Mapped[Bilingual]
    intro: Mapped[Bilingual]
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(default=PollState.DRAFT.value)
    mode: Mapped[str] = mapped_column(default=Mode.EDITABLE.value)
    assurance: Mapped[str] = mapped_column(default=Assurance.LINK.value)
    quiz: Mapped[bool] = mapped_column(default=False)
    """Knowledge questions that each device gets a score for."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every batch of ballots and every change of state; names live snapshots."""
    rules: Mapped[int] = mapped_column(default=1)
    """Raised whenever what may be answered changes, which only statements do while a poll runs;
    casting, which remembers the rules, reads it under the lock."""
    gate: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What casting obeys besides the state (`staging.Gate`): locks, the timer, the closing instant.
    On this row, because casting locks it and so reads it as it now is."""
    secret: Mapped[str | None]
    """Names ballots while the poll runs; destroyed (NULL) when it closes."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    questions: Mapped[list["Question"]] = relationship(
        lambda: Question,  # courses have a Question too; a name alone would be ambiguous
        back_populates="poll",
        order_by=lambda: Question.position,
        cascade="all, delete-orphan",
    )


class Question(Base):
    """One question of a poll. Frozen once the poll has opened, but for added statements."""

    __tablename__ = "poll_question"
    __table_args__ = (
        state_check("kind", QuestionKind),
        state_check("type", QuestionType),
        state_check("results_shown", ResultsShown),
        CheckConstraint("min_choices >= 1 AND min_choices <= max_choices", name="choices"),
        CheckConstraint("kind = 'opinion' OR type IN ('one', 'several')", name="type_of_kind"),
        CheckConstraint("answered >= 0", name="answered"),
        CheckConstraint("kind = 'knowledge' OR competency_code IS NULL", name="competency_kind"),
        Index(None, "poll_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    position: Mapped[int]
    kind: Mapped[str]
    type: Mapped[str] = mapped_column(default=QuestionType.ONE.value)
    min_choices: Mapped[int] = mapped_column(default=1)
    """How many options an answer holds at least; no answer at all is always possible."""
    max_choices: Mapped[int] = mapped_column(default=1)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What only some types need, as `shapes.Settings` reads and writes it. JSON rather than a
    column each: nothing is ever searched by it, it is frozen with the question, and a column
    that is empty for most types would need a CHECK for every pair."""
    text: Mapped[Bilingual]
    explanation: Mapped[Bilingual]
    """Shown after answering a knowledge question."""
    competency_code: Mapped[str | None] = mapped_column(ForeignKey("competency.code"))
    results_shown: Mapped[str] = mapped_column(default=ResultsShown.LIVE.value)
    revealed: Mapped[bool] = mapped_column(default=False)
    """Whether the moderator shows the results; matters only where `results_shown` says so."""
    answered: Mapped[int] = mapped_column(default=0)
    """How many ballots hold a choice; `fsck` recounts it."""

    poll: Mapped[Poll] = relationship(back_populates="questions")
    options: Mapped[list["Option"]] = relationship(
        back_populates="question", order_by="Option.position", cascade="all, delete-orphan"
    )


class Option(Base):
    """One thing to choose."""

    __tablename__ = "poll_option"
    __table_args__ = (Index(None, "question_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"))
    position: Mapped[int]
    label: Mapped[Bilingual]
    correct: Mapped[bool] = mapped_column(default=False)
    topic_code: Mapped[str | None] = mapped_column(ForeignKey("topic.code"))
    picture: Mapped[str | None] = mapped_column(ForeignKey("picture.name"))
    """Shown beside the label, which says what is to be seen."""
    hidden: Mapped[bool] = mapped_column(default=False)
    """Of a statement: no longer asked; the votes it has are kept."""
    about_person: Mapped[bool] = mapped_column(default=False)
    """Of a statement: it says who people are, not what they want. Left out of opinion groups."""

    question: Mapped[Question] = relationship(back_populates="options")
    tally: Mapped["Tally"] = relationship(cascade="all, delete-orphan")


class Ballot(Base):
    """What one device chose for one question. SQLite keeps no row number for it either."""

    __tablename__ = "poll_ballot"
    __table_args__ = (
        CheckConstraint("rev >= 1", name="rev"),
        {"sqlite_with_rowid": False},
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"), primary_key=True)
    voter_key: Mapped[str] = mapped_column(primary_key=True)
    """HMAC(poll secret, device); a random name once the poll is closed."""
    choices: Mapped[list[Any]]
    """Whole numbers whose meaning follows from the question's type; an empty list is an answer
    taken back. One, several, scale: option ids in ascending order.
    Number: one number, the steps above the minimum. Ranking: option ids from the first rank on.
    Points: each option id as often as it got a point, in ascending order.
    Statements: four times the option id plus the `shapes.Stance`, in ascending order.
    Text and cloud: ids of `models_words.PollWord`, in ascending order."""
    rev: Mapped[int]
    """1 for the first answer, one more for each change."""
    idem: Mapped[str]
    """Keyed hashes of the last requests, newest first, so that a late copy changes nothing."""
    cell: Mapped[str] = mapped_column(default="", server_default="")
    """Coarse levels its device told (`profiles.cell_of`), written at the close; else empty."""


class Tally(Base):
    """What ballots gave an option: derived, recounted by `fsck`."""

    __tablename__ = "poll_tally"
    __table_args__ = (
        CheckConstraint("count >= 0", name="count"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("firsts >= 0 AND firsts <= count", name="firsts"),
        CheckConstraint("agree >= 0 AND disagree >= 0 AND passed >= 0", name="stances"),
        CheckConstraint("agree + disagree + passed IN (0, count)", name="stances_sum"),
    )

    option_id: Mapped[int] = mapped_column(ForeignKey("poll_option.id"), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    """How many ballots hold the option."""
    points: Mapped[int] = mapped_column(default=0)
    """Points of a ranking or a distribution; 0 for other types."""
    firsts: Mapped[int] = mapped_column(default=0)
    """How many ballots rank it first; 0 for other types."""
    agree: Mapped[int] = mapped_column(default=0)
    """How many ballots agree with the statement; this and the next two are 0 for other types."""
    disagree: Mapped[int] = mapped_column(default=0)
    """How many disagree."""
    passed: Mapped[int] = mapped_column(default=0)
    """How many pass."""


class Seal(Base):
    """What a closed poll can be held to: one hash over the receipts of all counted answers."""

    __tablename__ = "poll_seal"
    __table_args__ = (CheckConstraint("receipts >= 0", name="receipts"),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    root: Mapped[str]
    """Merkle tree head (`merkle.root`) over the receipts in their own order."""
    receipts: Mapped[int]


class Receipt(Base):
    """That somebody's last answers were counted; it tells neither whose nor which."""

    __tablename__ = "poll_receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    receipt: Mapped[str] = mapped_column(primary_key=True)
