"""Casting: a batch of ballots becomes rows and counters, in one transaction and few statements.

The poll's row is locked first, by casting and closing alike, so that the two serialise: a
ballot either counts before the close or is refused after it. The lock is an exclusive one,
because each batch raises the poll's version and two shared holders who both want to would
deadlock; one batch carries up to 200 ballots, so the lock is not the bound.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Executable, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.ids import digest
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.domain.interning import Interned, fault_of_texts
from hanmadang.polls.domain.marks import mark_of, same_key
from hanmadang.polls.domain.pace import count_first
from hanmadang.polls.domain.secret_casting import OpenBox, open_box
from hanmadang.polls.models import Ballot, Mode, Poll, PollState, Question, Tally
from hanmadang.polls.queries.held import held
from hanmadang.polls.queries.shapes import shapes_of
from hanmadang.polls.rules import participation_receipt, receipt_of
from hanmadang.polls.shapes import Answer, Gain, Refusal, Shape, TypedShape
from hanmadang.polls.staging import Gate
from hanmadang.polls.words import Texts

_BALLOT = cast("Table", Ballot.__table__)
_TALLY = cast("Table", Tally.__table__)
_QUESTION = cast("Table", Question.__table__)
_POLL = cast("Table", Poll.__table__)

Answers = Mapping[int, Collection[int]]
"""What was sent by question id; `shapes` knows what the numbers mean."""


@dataclass(frozen=True, slots=True)
class BallotSet:
    """Everything one device answers in one request: all of it counts, or none."""

    poll_id: int
    voter_key: str
    key: str
    """The request's idempotency key."""
    answers: Answers
    first_only: bool = False
    """Whether it may not change what was answered before."""
    texts: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """What was typed, by question id; an empty one takes an answer back."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ballot set is counted."""

    receipt: str
    repeated: bool = False
    """Whether this request had been carried out before, and changed nothing now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The ballot set is not counted, and nothing of it was."""

    reason: Refusal


Result = Accepted | Refused


@dataclass(slots=True)
class _Running:
    """A locked poll and what the batch has done to it so far."""

    state: PollState
    secret: str | None
    gate: Gate
    box: OpenBox | None = None
    """Where a secret poll's answers go; nothing of the rest below moves then."""
    rules: dict[int, Shape] = field(default_factory=dict)
    voters: dict[str, dict[int, "_Row"]] = field(default_factory=lambda: defaultdict(dict))
    changed: dict[tuple[int, str], "_Row"] = field(default_factory=dict)
    gains: dict[int, list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * len(Gain._fields))
    )
    answered: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    newcomers: int = 0
    words: Interned | None = None
    """What was typed; None where the batch brings no texts."""

    @property
    def is_touched(self) -> bool:
        """Whether the batch changed anything."""
        return bool(self.changed or (self.box and self.box.taken))


@dataclass(frozen=True, slots=True)
class _Row:
    choices: Answer
    rev: int
    idem: str


_NEVER = _Row((), 0, "")
"""What a voter has before the first answer to a question."""


def cast_many(
    session: Session, ballots: Sequence[BallotSet], *, now: datetime | None = None
) -> list[Result]:
    """Apply ballot sets in their order; returns one result for each.

    Runs inside `transaction()`; changed polls are announced after its commit. Timers and closing
    instants are compared with `now`, or with the clock once the locks are held: whoever waited
    for a lock while time ran out is late.
    """
    connection = session.connection()
    polls = _lock(connection, ballots)
    at = now or clock.now()
    results = [_cast(polls.get(ballot.poll_id), ballot, at) for ballot in ballots]
    _write(connection, polls, at)
    announce_after_commit(poll_id for poll_id, poll in polls.items() if poll.is_touched)
    return results


def _lock(connection: Connection, ballots: Sequence[BallotSet]) -> dict[int, _Running]:
    """The polls asked for, by id, locked in the order of their ids."""
    voters: dict[int, set[str]] = defaultdict(set)
    for ballot in ballots:
        voters[ballot.poll_id].add(ballot.voter_key)
    polls = {}
    for poll_id in sorted(voters):
        row = connection.execute(_LOCKED, {"poll": poll_id}).first()
        if row is None:
            continue
        poll = polls[poll_id] = _Running(PollState(row.state), row.secret, Gate.of(row.gate))
        if poll.state is PollState.OPEN:
            poll.rules = _rules(connection, poll_id, row)
            if row.mode == Mode.SECRET:
                poll.box = open_box(connection, poll_id, row.secret, sorted(voters[poll_id]))
            else:
                _load_rows(connection, poll, poll_id, sorted(voters[poll_id]))
                sent = [each.texts for each in ballots if each.texts and each.poll_id == poll_id]
                poll.words = Interned.of(connection, poll.rules, sent) if sent else None
    return polls


_known: dict[str, tuple[int, dict[int, Shape]]] = {}
"""Version and rules of open polls, by a hash of the secret that each poll has of its own."""
_KNOWN_MOST = 64


def _rules(connection: Connection, poll_id: int, locked: Any) -> dict[int, Shape]:
    """The rules of a locked poll; whoever changed them raised its `rules` under the same lock."""
    name = digest(locked.secret)  # the secret itself must be gone when the poll has closed
    version, found = _known.get(name, (0, {}))
    if version != locked.rules:
        if len(_known) >= _KNOWN_MOST:
            _known.clear()
        found = shapes_of(connection, poll_id)
        _known[name] = locked.rules, found
    return found


def _load_rows(connection: Connection, poll: _Running, poll_id: int, voters: Sequence[str]) -> None:
    for row in held(connection, poll_id, voters):
        stored = _Row(tuple(row.choices), row.rev, row.idem)
        poll.voters[row.voter_key][row.question_id] = stored


def _cast(poll: _Running | None, ballot: BallotSet, now: datetime) -> Result:
    if poll is None or poll.state is PollState.DRAFT or poll.state is PollState.PAUSED:
        return Refused(Refusal.NOT_OPEN)
    if poll.state is PollState.CLOSED or poll.secret is None or poll.gate.is_past(now):
        return Refused(Refusal.CLOSED)
    rows = poll.voters[ballot.voter_key]
    answers = {
        question_id: poll.rules[question_id].canonical(sent)
        for question_id, sent in ballot.answers.items()
        if question_id in poll.rules
    }
    refusal = _fault(poll.rules, ballot, answers, is_first=not rows) or fault_of_texts(
        poll.rules if poll.box is None else {}, ballot.texts
    )
    if refusal:
        return Refused(refusal)
    if poll.box is not None:
        return _seal(poll, poll.box, ballot, answers, now)
    texts = poll.words.read(ballot.texts) if poll.words and ballot.texts else {}
    return _count(poll, poll.secret, ballot, (answers, texts), now)


def _count(
    poll: _Running,
    secret: str,
    ballot: BallotSet,
    sent: tuple[dict[int, Answer], dict[int, Texts]],
    now: datetime,
) -> Result:
    """Into the ballots that count at once and may be changed."""
    rows = poll.voters[ballot.voter_key]
    answers, texts = sent
    mark = mark_of(secret, ballot.key, answers, texts)
    if poll.words and texts:
        answers = answers | poll.words.known(texts)
    known = [old for row in rows.values() for old in row.idem.split() if same_key(old, mark)]
    if known and mark not in known:
        return Refused(Refusal.KEY_REUSED)
    if rows and ballot.first_only and not known:
        return Refused(Refusal.ALREADY)
    if not known and _is_locked(poll.gate, answers, rows, now):
        return Refused(Refusal.LOCKED)
    if not known and _is_final(poll.gate, answers, rows):
        return Refused(Refusal.FINAL)
    if not known:
        is_new = not rows
        if poll.words and texts:
            answers |= poll.words.interned(texts)
        for question_id, answer in answers.items():
            _answer(poll, ballot.voter_key, question_id, answer, mark)
        poll.newcomers += is_new and bool(rows)
    held = ((question, row.rev, row.choices) for question, row in rows.items())
    return Accepted(receipt_of(secret, ballot.voter_key, held), repeated=bool(known))


def _seal(
    poll: _Running, box: OpenBox, ballot: BallotSet, answers: dict[int, Answer], now: datetime
) -> Result:
    """Into the envelope, once: a request that comes again gets its receipt again."""
    mark, known = box.mark(ballot.key), box.known.get(ballot.voter_key)
    if known is not None and known != mark:
        return Refused(Refusal.ALREADY)
    if known is None and _is_locked(poll.gate, answers, {}, now):
        return Refused(Refusal.LOCKED)
    if known is None:
        box.put(ballot.voter_key, mark, answers)
    receipt = participation_receipt(box.secret, ballot.voter_key)
    return Accepted(receipt, repeated=known is not None)


def _fault(
    rules: Mapping[int, Shape],
    ballot: BallotSet,
    answers: Mapping[int, Answer],
    *,
    is_first: bool,
) -> Refusal | None:
    sent = ballot.answers
    if not (sent or ballot.texts) or (is_first and not _says_anything(ballot)):
        return Refusal.EMPTY
    if len(answers) < len(sent):  # a question that is not this poll's
        return Refusal.UNKNOWN_CHOICE
    faults = (rules[question_id].fault(answer) for question_id, answer in answers.items())
    return next(filter(None, faults), None)


def _says_anything(ballot: BallotSet) -> bool:
    typed = (text for lines in ballot.texts.values() for text in lines)
    return any(ballot.answers.values()) or any(text.strip() for text in typed)


def _is_locked(
    gate: Gate, answers: Mapping[int, Answer], rows: Mapping[int, _Row], now: datetime
) -> bool:
    """Whether an answer would be changed that may not; sending what already counts is no change."""
    return any(
        gate.is_locked(question_id, now) and answer != rows.get(question_id, _NEVER).choices
        for question_id, answer in answers.items()
    )


def _is_final(gate: Gate, answers: Mapping[int, Answer], rows: Mapping[int, _Row]) -> bool:
    """Whether a quiz answer would be changed after its device was told whether it is right."""
    return any(
        rows.get(id_, _NEVER).choices not in ((), answers[id_]) for id_ in gate.final & set(answers)
    )


def _answer(poll: _Running, voter: str, question_id: int, sent: Answer, mark: str) -> None:
    before = poll.voters[voter].get(question_id, _NEVER)
    shape = poll.rules[question_id]
    answer = shape.merged(before.choices, sent)
    if before is _NEVER and not answer:
        return
    history = " ".join([mark, *before.idem.split()][: shape.remembered])
    after = _Row(answer, before.rev + 1, history)
    poll.voters[voter][question_id] = poll.changed[question_id, voter] = after
    for gains, sign in ((shape.gains(answer), 1), (shape.gains(before.choices), -1)):
        for option_id, gain in gains.items():
            sums = poll.gains[option_id]
            for place, step in enumerate(gain):
                sums[place] += sign * step
    poll.answered[question_id] += bool(answer) - bool(before.choices)
    if poll.words and isinstance(shape, TypedShape):
        poll.words.count(before.choices, answer)


def _write(connection: Connection, polls: Mapping[int, _Running], now: datetime) -> None:
    touched = {poll_id: poll for poll_id, poll in polls.items() if poll.is_touched}
    for poll in touched.values():
        if poll.box is not None:
            poll.box.write(connection)
        if poll.words is not None:
            poll.words.write()
    if any(poll.changed for poll in touched.values()):
        _write_open(connection, touched)
        count_first(connection, {id_: poll.newcomers for id_, poll in touched.items()}, now)
    if touched:
        connection.execute(_NEXT_VERSION, [{"poll": poll_id} for poll_id in touched])


def _write_open(connection: Connection, touched: Mapping[int, _Running]) -> None:
    """Ballots and counters of polls that count at once."""
    rows = [row for poll in touched.values() for row in _ballot_rows(poll)]
    connection.execute(_upsert(connection.dialect.name), rows)
    _add(connection, _COUNT, (each for poll in touched.values() for each in poll.gains.items()))
    answered = (each for poll in touched.values() for each in poll.answered.items())
    _add(connection, _ANSWERED, ((id_, [step]) for id_, step in answered))


def _ballot_rows(poll: _Running) -> list[dict[str, Any]]:
    return [
        {
            "question_id": question_id,
            "voter_key": voter,
            "choices": list(row.choices),
            "rev": row.rev,
            "idem": row.idem,
        }
        for (question_id, voter), row in sorted(poll.changed.items())
    ]


@cache
def _upsert(dialect: str) -> Executable:
    kind: Any = sqlite if dialect == "sqlite" else postgresql
    insert = kind.insert(_BALLOT)
    statement: Executable = insert.on_conflict_do_update(
        index_elements=[_BALLOT.c.question_id, _BALLOT.c.voter_key],
        set_={name: insert.excluded[name] for name in ("choices", "rev", "idem")},
    )
    return statement


def _add(
    connection: Connection, statement: Executable, changes: Iterable[tuple[int, Sequence[int]]]
) -> None:
    """Add to counters where they stand; never write back a number that was read."""
    steps = [
        {"the_id": id_, **dict(zip(_STEPS, by, strict=False))}
        for id_, by in sorted(changes)
        if any(by)
    ]
    if steps:
        connection.execute(statement, steps)


_STEPS = ("step", *Gain._fields[1:])
# Written once per process, because building these costs a vote more than running them.
_LOCKED = (
    select(Poll.state, Poll.secret, Poll.mode, Poll.rules, Poll.gate)
    .where(Poll.id == bindparam("poll"))
    .with_for_update()
)
_COUNT = (
    update(_TALLY)
    .where(_TALLY.c.option_id == bindparam("the_id"))
    .values(
        {
            _TALLY.c[name]: _TALLY.c[name] + bindparam(step)
            for name, step in zip(Gain._fields, _STEPS, strict=True)
        }
    )
)
_ANSWERED = (
    update(_QUESTION)
    .where(_QUESTION.c.id == bindparam("the_id"))
    .values(answered=_QUESTION.c.answered + bindparam("step"))
)
_NEXT_VERSION = (
    update(_POLL).where(_POLL.c.id == bindparam("poll")).values(version=_POLL.c.version + 1)
)
