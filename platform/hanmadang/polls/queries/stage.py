"""What pages know of a poll's stage and hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hanmadang.kernel.clock import Moment
from hanmadang.polls.models_stage import Schedule, Stage
from hanmadang.polls.staging import Gate, Scene, Timer, to_ms

_SECOND = timedelta(seconds=1)
COLUMNS = (
    Stage.version, Stage.led, Stage.question_id, Stage.blank, Stage.held, Stage.before,
    Schedule.zone, Schedule.opens_at, Schedule.opens_local, Schedule.closes_at,
    Schedule.closes_local,
)  # fmt: skip
"""What a poll's own statement selects beside the poll."""


@dataclass(frozen=True, slots=True)
class StagePage:
    """How a poll is led, as pages show it."""

    version: int = 0
    """0 where no moderator has set anything."""
    scene: Scene = field(default_factory=Scene)
    can_undo: bool = False
    opens: Moment | None = None
    closes: Moment | None = None

    @property
    def gate(self) -> Gate:
        """Which answers may come in."""
        return self.scene.gate

    @property
    def timer(self) -> Timer | None:
        """The timer, running or run out."""
        return self.gate.timer

    @property
    def timer_ms(self) -> int:
        """Its end as browsers count; 0 for none."""
        return to_ms(self.timer.ends) if self.timer else 0

    def left(self, now: datetime) -> int:
        """Whole seconds on the timer, never below 0."""
        return max(0, -((now - self.timer.ends) // _SECOND)) if self.timer else 0


def stage_page(gate: Mapping[str, Any], row: tuple[Any, ...]) -> StagePage:
    """From the poll's gate and `COLUMNS`."""
    version, led, question, blank, held, before, zone = row[:7]
    opens_at, opens_local, closes_at, closes_local = row[7:]
    scene = Scene(bool(led), question, bool(blank), bool(held), Gate.of(gate))
    opens, closes = _moment(opens_at, opens_local, zone), _moment(closes_at, closes_local, zone)
    return StagePage(version or 0, scene, bool(before), opens, closes)


def _moment(instant: datetime | None, local: datetime | None, zone: str | None) -> Moment | None:
    return Moment(instant, local, zone) if instant and local and zone else None
