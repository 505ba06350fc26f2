"""The live snapshot: one consistent picture, one JSON body for all viewers.

One statement; one more where the poll takes audience questions, and where typed answers are shown.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from hanmadang.polls.models import (
    TYPED,
    Option,
    Poll,
    PollState,
    Question,
    QuestionType,
    ResultsShown,
    Tally,
)
from hanmadang.polls.models_audience import Sitting, SittingState
from hanmadang.polls.models_secret import Box
from hanmadang.polls.models_stage import Stage
from hanmadang.polls.queries.answered import ANSWERED
from hanmadang.polls.queries.audience import AskCounts, ask_counts
from hanmadang.polls.queries.figures import Figures, Tallied, figures, measure
from hanmadang.polls.queries.words import MOST_LIVE, Entry, shown_entries
from hanmadang.polls.rules import are_results_shown, hint_of
from hanmadang.polls.shapes import Settings
from hanmadang.polls.staging import Gate, Scene, to_ms


@dataclass(frozen=True, slots=True)
class OptionCount:
    """One bar."""

    id: int
    count: int
    share: float | None
    """Percent, 0 to 100, as `figures.Measured` says of what; None before the first answer."""
    more: Figures = field(default_factory=dict)
    """Further figures of this option."""

    def to_json(self) -> dict[str, Any]:
        """As `static/js/live.js` reads it."""
        return {"id": self.id, "count": self.count, "share": self.share, **self.more}


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """One question's bars; no bars where its results may not be shown yet."""

    id: int
    answered: int
    options: tuple[OptionCount, ...]
    figures: Figures = field(default_factory=dict)
    entries: tuple[Entry, ...] | None = None
    """What was typed; None for other types, and where it may not be shown yet."""

    def to_json(self) -> dict[str, Any]:
        """As `static/js/live.js` reads it; figures only where the type has any."""
        options = [option.to_json() for option in self.options]
        whole = {"id": self.id, "answered": self.answered, "options": options}
        if self.entries is not None:
            whole |= {
                "words": [each.to_json() for each in self.entries[:MOST_LIVE]],
                "entries": len(self.entries),
            }
        return whole | {"figures": self.figures} if self.figures else whole


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole poll at one version."""

    poll_id: int
    version: int
    state: PollState
    questions: tuple[QuestionCounts, ...]
    asks: AskCounts | None = None
    """Audience questions, where the poll takes or shows any."""
    stage: Mapping[str, Any] | None = None
    """What its moderators have set, where they have."""

    @property
    def hint(self) -> str:
        """The name under which the next change is announced."""
        return hint_of(self.poll_id)

    @property
    def etag(self) -> str:
        """Changes whenever the body does."""
        return f"{self.version}-{self.state.value}"

    def body(self) -> bytes:
        """What viewers receive, as `static/js/live.js` reads it."""
        questions = [question.to_json() for question in self.questions]
        whole: dict[str, object] = {
            "version": self.version, "state": self.state.value, "questions": questions,
        }  # fmt: skip
        if self.asks is not None:
            whole["asks"] = asdict(self.asks)
        if self.stage is not None:
            whole["stage"] = self.stage
        return json.dumps(whole, separators=(",", ":")).encode()


_IS_ASKED = (Option.question_id == Question.id) & Option.hidden.is_(False)
_IS_SHOWN = (Sitting.poll_id == Poll.id) & (Sitting.state != SittingState.OFF.value)


def snapshot(session: Session, code: str, *, has_answered: bool = False) -> Snapshot | None:
    """The poll behind a code; None when there is none that the public may know.

    `has_answered` adds questions whose results are for those who answered.
    """
    rows = session.execute(
        select(
            Poll.id.label("poll_id"), Poll.version, Poll.state,
            Question.id, ANSWERED, Question.results_shown, Question.revealed,
            Question.type, Question.settings,
            Option.id.label("option_id"), Tally.count.label("chosen"),
            Tally.points, Tally.firsts, Tally.agree, Tally.disagree, Tally.passed,
            Sitting.version.label("asks"), Sitting.asked,
            Poll.gate, Stage.version.label("stage"), Stage.led, Stage.question_id, Stage.blank,
            Stage.held,
        )
        .join(Question, Question.poll_id == Poll.id)
        .join(Option, _IS_ASKED, isouter=True)  # typed answers have none
        .join(Tally, Tally.option_id == Option.id, isouter=True)
        .join(Sitting, _IS_SHOWN, isouter=True)
        .join(Box, Box.poll_id == Poll.id, isouter=True)
        .join(Stage, Stage.poll_id == Poll.id, isouter=True)
        .where(Poll.code == code, Poll.state != PollState.DRAFT.value)
        .order_by(Question.position, Option.position)
    ).all()  # fmt: skip
    if not rows:
        return None
    state = PollState(rows[0].state)
    counted = tuple(_counts(rows, state, has_answered=has_answered))
    questions = _with_words(session, rows, counted)
    poll_id, asks = rows[0].poll_id, rows[0].asks
    counts = None if asks is None else ask_counts(session, poll_id, asks, rows[0].asked)
    return Snapshot(poll_id, rows[0].version, state, questions, counts, _stage(rows[0]))


def _with_words(
    session: Session, rows: Sequence[Row[Any]], counted: tuple[QuestionCounts, ...]
) -> tuple[QuestionCounts, ...]:
    """What was typed, where it may be shown; no statement where nothing was."""
    shown = {each.id: each.answered for each in counted if each.entries is not None}
    if not shown:
        return counted
    types = {row.id: QuestionType(row.type) for row in rows}
    found = shown_entries(session, {id_: (types[id_], n) for id_, n in shown.items()})
    return tuple(
        replace(each, entries=found.get(each.id, ())) if each.id in shown else each
        for each in counted
    )


def _stage(row: Row[Any]) -> Mapping[str, Any] | None:
    """What phones and the hall screen follow; the clock of the timer is the server's."""
    if row.stage is None:
        return None
    gate = Gate.of(row.gate)
    scene = Scene(row.led, row.question_id, row.blank, row.held, gate)
    timer = gate.timer
    return {
        "version": row.stage, "led": row.led, "question": row.question_id, "blank": row.blank,
        "held": row.held, "locked": sorted(gate.locked), "phone": scene.phone_key(),
        "timer": {"question": timer.question, "ends": to_ms(timer.ends)} if timer else None,
    }  # fmt: skip


def _counts(
    rows: Sequence[Row[Any]], state: PollState, *, has_answered: bool
) -> Iterator[QuestionCounts]:
    for id_, group in groupby(rows, key=attrgetter("id")):
        all_ = list(group)
        head, bars = all_[0], [row for row in all_ if row.option_id is not None]
        shown, type_ = ResultsShown(head.results_shown), QuestionType(head.type)
        revealed = bool(head.revealed)
        if not are_results_shown(shown, type_, state, has_answered=has_answered, revealed=revealed):
            yield QuestionCounts(id_, head.answered, ())
            continue
        if type_ in TYPED:
            yield QuestionCounts(id_, head.answered, (), entries=())
            continue
        tallies = [
            Tallied(row.chosen, row.points, row.firsts, row.agree, row.disagree, row.passed)
            for row in bars
        ]
        measured = measure(type_, tallies, head.answered)
        options = (
            OptionCount(row.option_id, bar.count, bar.share, bar.more)
            for row, bar in zip(bars, measured, strict=True)
        )
        counts = [row.chosen for row in bars]
        beside = figures(type_, Settings.of(head.settings), counts, head.answered)
        yield QuestionCounts(id_, head.answered, tuple(options), beside)
