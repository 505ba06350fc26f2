"""What a moderator has set for the room: which question is on, what is locked, how long it runs.

Pure values. `Gate` is the part that casting obeys; it stands on the poll's own row, because
after waiting for a row's lock only that row is read anew, and a neighbour may be of yesterday.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

TIMES = (30, 60, 120)
"""Seconds that a timer may be started with or extended by."""
_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970, as browsers count."""
    return (instant - _EPOCH) // _MS


def from_ms(milliseconds: int) -> datetime:
    """The instant again."""
    return _EPOCH + milliseconds * _MS


@dataclass(frozen=True, slots=True)
class Timer:
    """Answers are taken until `ends`: to one question, or to all where none is named."""

    question: int | None
    ends: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether time is up."""
        return now >= self.ends

    def stops(self, question_id: int) -> bool:
        """Whether it is about this question."""
        return self.question in (None, question_id)


@dataclass(frozen=True, slots=True)
class Gate:
    """Which answers may come in now."""

    locked: frozenset[int] = frozenset()
    asked: frozenset[int] | None = None
    """Questions that were asked so far; None where all are asked at once."""
    timer: Timer | None = None
    told: frozenset[int] = frozenset()
    """Of a quiz: questions whose right answer was shown; nothing opens them again."""
    final: frozenset[int] = frozenset()
    """Of a quiz: questions whose answer is told at once, so that the first one stays."""
    closes: datetime | None = None
    """From this instant nothing is counted, even if the closing itself comes late."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Gate":
        """From what the database keeps."""
        if not stored:
            return WIDE_OPEN
        timer = stored.get("timer")
        asked = stored.get("asked")
        return cls(
            frozenset(stored.get("locked", ())),
            None if asked is None else frozenset(asked),
            Timer(timer[0], from_ms(timer[1])) if timer else None,
            frozenset(stored.get("told", ())),
            frozenset(stored.get("final", ())),
            from_ms(stored["closes"]) if "closes" in stored else None,
        )

    def to_json(self) -> dict[str, Any]:
        """For the database: only what was set."""
        stored: dict[str, Any] = {}
        if self.locked:
            stored["locked"] = sorted(self.locked)
        if self.asked is not None:
            stored["asked"] = sorted(self.asked)
        if self.timer:
            stored["timer"] = [self.timer.question, to_ms(self.timer.ends)]
        if self.told:
            stored["told"] = sorted(self.told)
        if self.final:
            stored["final"] = sorted(self.final)
        if self.closes:
            stored["closes"] = to_ms(self.closes)
        return stored

    def is_locked(self, question_id: int, now: datetime) -> bool:
        """Whether no new answer to this question counts."""
        if question_id in self.locked | self.told or not self.has_asked(question_id):
            return True
        timer = self.timer
        return timer is not None and timer.stops(question_id) and timer.is_over(now)

    def has_asked(self, question_id: int) -> bool:
        """Whether the question was put to the room yet."""
        return self.asked is None or question_id in self.asked

    def is_past(self, now: datetime) -> bool:
        """Whether the instant of closing has come."""
        return self.closes is not None and now >= self.closes


WIDE_OPEN = Gate()


class Act(StrEnum):
    """What a moderator does with one tap."""

    GO = "go"
    LOCK = "lock"
    UNLOCK = "unlock"
    BLANK = "blank"
    SHOW = "show"
    HOLD = "hold"
    RELEASE = "release"
    LEAD = "lead"
    TOGETHER = "together"
    START = "start"
    EXTEND = "extend"
    STOP = "stop"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a moderator has set, at one moment."""

    led: bool = False
    """One question at a time; else all at once."""
    question: int | None = None
    """The question that is on; None before anybody chose one."""
    blank: bool = False
    """The hall screen shows nothing."""
    held: bool = False
    """The hall screen keeps the numbers it has."""
    gate: Gate = field(default_factory=Gate)

    def to_json(self) -> dict[str, Any]:
        """For undoing; what the schedule or a reveal has set is not undone, so it is left out."""
        nothing: frozenset[int] = frozenset()
        gate = replace(self.gate, closes=None, told=nothing, final=nothing).to_json()
        return {
            "led": self.led, "question": self.question, "blank": self.blank, "held": self.held,
            "gate": gate,
        }  # fmt: skip

    @classmethod
    def of(cls, stored: Mapping[str, Any], now: Gate) -> "Scene":
        """The scene as it was, with today's schedule and everything told since."""
        before = Gate.of(stored["gate"])
        gate = replace(before, closes=now.closes, told=now.told, final=now.final)
        return cls(stored["led"], stored["question"], stored["blank"], stored["held"], gate)

    def phone_key(self) -> str:
        """Changes whenever a phone must ask for its page anew."""
        locked = "-".join(str(id_) for id_ in sorted(self.gate.locked))
        told = "".join(f".{id_}" for id_ in sorted(self.gate.told))
        way = f"led.{self.question}" if self.led else "all."
        return f"{way}.{locked}{told}"

    def settled(self, ids: tuple[int, ...], now: datetime) -> "Scene":
        """With a lock where a timer ran out, so that the next timer does not open it again."""
        timer = self.gate.timer
        if timer is None or not timer.is_over(now):
            return self
        over = set(ids) if timer.question is None else {timer.question}
        return self._gated(locked=self.gate.locked | over)

    def go(self, question_id: int) -> "Scene":
        """Put this question on; a running timer was for the one before, and is dropped."""
        asked = self.gate.asked
        gate = replace(
            self.gate,
            asked=None if asked is None else asked | {question_id},
            timer=None if self.gate.timer and self.gate.timer.question else self.gate.timer,
        )
        return replace(self, question=question_id, gate=gate)

    def lock(self, question_id: int, *, locked: bool) -> "Scene":
        """Take no more answers to a question, or take them again."""
        ids = self.gate.locked | {question_id} if locked else self.gate.locked - {question_id}
        timer = self.gate.timer
        is_its = timer is not None and timer.question == question_id
        return self._gated(locked=ids, timer=None if is_its else timer)

    def lead(self, ids: tuple[int, ...], answered: frozenset[int], *, running: bool) -> "Scene":
        """One question at a time from now on; what was answered already stays asked."""
        first = self.question or ids[0]
        asked = (answered | {first}) if running else None
        led = replace(self, led=True, question=first if running else None)
        return led._gated(asked=asked, timer=None)  # noqa: SLF001  (itself)

    def together(self) -> "Scene":
        """All questions at once."""
        return replace(self, led=False)._gated(asked=None, timer=None)  # noqa: SLF001  (itself)

    def start(self, now: datetime, seconds: int) -> "Scene":
        """Take answers for so long: to the question that is on, or to all."""
        about = self.question if self.led else None
        opened = self.gate.locked - {about} if about else frozenset()
        timer = Timer(about, now + timedelta(seconds=seconds))
        return self._gated(locked=opened, timer=timer)

    def extend(self, now: datetime, seconds: int) -> "Scene":
        """More time, also when it was up already."""
        timer = self.gate.timer
        if timer is None:
            return self.start(now, seconds)
        ends = max(timer.ends, now) + timedelta(seconds=seconds)
        opened = self.gate.locked - {timer.question} if timer.question else frozenset()
        over = opened if timer.is_over(now) else self.gate.locked
        return self._gated(locked=over, timer=replace(timer, ends=ends))

    def stop(self) -> "Scene":
        """No timer; what was not locked before stays open."""
        return self._gated(timer=None)

    def _gated(self, **changes: Any) -> "Scene":
        return replace(self, gate=replace(self.gate, **changes))
