"""Leading a poll through an evening: each act is conditional on what the moderator saw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.domain.pace import room_is_asked
from hanmadang.polls.models import Mode, Poll, PollState, Question
from hanmadang.polls.models_stage import Stage
from hanmadang.polls.staging import TIMES, Act, Gate, Scene

_RUNNING = (PollState.OPEN, PollState.PAUSED)
_OF_SCREEN = frozenset({Act.GO, Act.BLANK, Act.SHOW, Act.HOLD, Act.RELEASE, Act.UNDO})
"""Also after the close, when the final result is shown."""
_ANY_TIME = frozenset({Act.LEAD, Act.TOGETHER, Act.UNDO})
"""Also before the poll opens."""
_NAMING = frozenset({Act.GO, Act.LOCK, Act.UNLOCK})
_ASKING = frozenset({Act.GO, Act.LEAD, Act.TOGETHER, Act.START, Act.EXTEND, Act.UNLOCK, Act.SHOW})
"""After these a whole room may answer at once."""


class StageMovedError(ConflictError):
    """Another moderator acted since this page was made; nothing was done."""

    text = lazy("Another moderator was faster, so nothing was changed. This is how it stands now.")


@dataclass(frozen=True, slots=True)
class Tap:
    """One act of a moderator, with what it is about."""

    act: Act
    question: int = 0
    seconds: int = TIMES[0]


def perform(  # noqa: PLR0913  (who, where, what, seen, when)
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    tap: Tap,
    *,
    seen: int,
    now: datetime,
) -> int:
    """Carry out an act on the version that was seen; returns the new version.

    Casting and closing lock the same row, so an answer counts before a lock or is refused after
    it. Raises NotFoundError, NotAllowedNowError, StageMovedError.
    """
    poll = locked(session, poll_id)
    stage = stage_of(session, poll_id)
    if (stage.version if stage else 0) != seen:
        raise StageMovedError
    questions = _questions(session, poll_id)
    _check(poll, tap, questions)
    if stage is None:
        stage = Stage(poll_id=poll_id, version=0, led=False, blank=False, held=False, before={})
        session.add(stage)
    scene = _scene(poll, stage).settled(tuple(questions), now)
    given = _Given(tap, questions, poll.state != PollState.DRAFT, now)
    after = _undone(scene, stage) if tap.act is Act.UNDO else _MOVES[tap.act](scene, given)
    _store(poll, stage, after, scene)
    session.flush()
    if tap.act in _ASKING:
        room_is_asked(session, poll, now)
    detail = f"{tap.act.value} {_about(tap)}".strip()
    audit.record(session, actor, "poll.stage", kind="poll", id=poll_id, detail=detail)
    announce_after_commit([poll_id])
    return stage.version


def begin(session: Session, poll: Poll) -> None:
    """Put on the first question of a led poll that opens for the first time."""
    stage = stage_of(session, poll.id)
    if stage is None:
        return
    stage.before = {}
    stage.version += 1
    stage.led = stage.led and poll.mode != Mode.SECRET
    if stage.led and stage.question_id is None:
        first = poll.questions[0].id
        stage.question_id = first
        poll.gate = replace(Gate.of(poll.gate), asked=frozenset([first])).to_json()


def locked(session: Session, poll_id: int) -> Poll:
    """The poll as it stands now, held until the commit. Raises NotFoundError."""
    poll = session.scalars(
        select(Poll)
        .where(Poll.id == poll_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if poll is None:
        raise NotFoundError
    return poll


def stage_of(session: Session, poll_id: int) -> Stage | None:
    """The poll's stage as it is now stored."""
    fresh = select(Stage).where(Stage.poll_id == poll_id)
    return session.scalars(fresh.execution_options(populate_existing=True)).first()


def _questions(session: Session, poll_id: int) -> dict[int, int]:
    """How many answered each, in the order of the poll."""
    rows = session.execute(
        select(Question.id, Question.answered)
        .where(Question.poll_id == poll_id)
        .order_by(Question.position)
    )
    return {row.id: row.answered for row in rows}


def _check(poll: Poll, tap: Tap, questions: dict[int, int]) -> None:
    state = PollState(poll.state)
    allowed = (
        state in _RUNNING
        or (state is PollState.CLOSED and tap.act in _OF_SCREEN)
        or (state is PollState.DRAFT and tap.act in _ANY_TIME)
    )
    is_known = tap.act not in _NAMING or tap.question in questions
    if not allowed or not is_known or tap.seconds not in TIMES:
        raise NotAllowedNowError
    if tap.act is Act.LEAD and poll.mode == Mode.SECRET:
        raise NotAllowedNowError(
            text=lazy(
                "A secret poll takes all answers at once, so it cannot be led question by question."
            )
        )


def _scene(poll: Poll, stage: Stage) -> Scene:
    gate = Gate.of(poll.gate)
    return Scene(stage.led, stage.question_id, stage.blank, stage.held, gate)


@dataclass(frozen=True, slots=True)
class _Given:
    """What an act may need to know."""

    tap: Tap
    questions: dict[int, int]
    """How many answered each, in the order of the poll."""
    has_opened: bool
    now: datetime


def _lead(scene: Scene, given: _Given) -> Scene:
    answered = frozenset(id_ for id_, count in given.questions.items() if count)
    return scene.lead(tuple(given.questions), answered, running=given.has_opened)


_MOVES: Mapping[Act, Callable[[Scene, _Given], Scene]] = {
    Act.GO: lambda scene, given: scene.go(given.tap.question),
    Act.LOCK: lambda scene, given: scene.lock(given.tap.question, locked=True),
    Act.UNLOCK: lambda scene, given: scene.lock(given.tap.question, locked=False),
    Act.BLANK: lambda scene, _given: replace(scene, blank=True),
    Act.SHOW: lambda scene, _given: replace(scene, blank=False),
    Act.HOLD: lambda scene, _given: replace(scene, held=True),
    Act.RELEASE: lambda scene, _given: replace(scene, held=False),
    Act.LEAD: _lead,
    Act.TOGETHER: lambda scene, _given: scene.together(),
    Act.START: lambda scene, given: scene.start(given.now, given.tap.seconds),
    Act.EXTEND: lambda scene, given: scene.extend(given.now, given.tap.seconds),
    Act.STOP: lambda scene, _given: scene.stop(),
}


def _undone(scene: Scene, stage: Stage) -> Scene:
    if not stage.before:
        raise NotAllowedNowError
    return Scene.of(stage.before, scene.gate)


def _store(poll: Poll, stage: Stage, scene: Scene, before: Scene) -> None:
    stage.led, stage.question_id = scene.led, scene.question
    stage.blank, stage.held = scene.blank, scene.held
    stage.before = before.to_json()
    stage.version += 1
    poll.gate = scene.gate.to_json()
    poll.version += 1


def _about(tap: Tap) -> str:
    if tap.act in _NAMING:
        return f"question {tap.question}"
    return f"{tap.seconds} s" if tap.act in (Act.START, Act.EXTEND) else ""
