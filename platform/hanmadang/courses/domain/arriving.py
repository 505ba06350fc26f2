"""Learning that happened on a device, without an account or without a connection, arrives.

Happenings are told in any order and as often as anybody likes: each counts once by its key, what
was answered last and first follows from the clocks (held within bounds), and every answer is
graded here. So the same happenings lead to the same state, however they arrive.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.domain import progress
from hanmadang.courses.domain.certifying import certify
from hanmadang.courses.domain.device_answers import Given, record
from hanmadang.courses.domain.device_shelf import Shelf, open_shelf
from hanmadang.courses.domain.enrolling import enrol
from hanmadang.courses.domain.progress import Happening
from hanmadang.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    EventKind,
    Question,
    Unit,
    UnitProgress,
    VersionState,
)
from hanmadang.courses.rules import can_take, is_counted
from hanmadang.courses.told import Told, clipped
from hanmadang.kernel.errors import DomainError, RefusedError
from hanmadang.kernel.permissions import Viewer


class Left(StrEnum):
    """Why something told was left out."""

    GONE = "gone"
    """The course, unit or block is not there in the version the person reads."""
    CHANGED = "changed"
    """The question reads differently now, or is not there."""
    UNFIT = "unfit"
    """The question takes no such answer: no number, for one."""
    ONLINE = "online"
    """The unit's quiz has limits: it is answered with a connection."""


@dataclass(slots=True)
class Arrived:
    """What came of it."""

    units: set[int] = field(default_factory=set)
    answers: int = 0
    """Answers that are new here."""
    known: int = 0
    """Answers that had arrived before."""
    left: Counter[Left] = field(default_factory=Counter)


def take_in(
    session: Session, actor: Viewer, told: Iterable[Told], *, locale: str, now: datetime
) -> Arrived:
    """Take over what a device tells; telling it again changes nothing.

    The person joins each course that is told of. Raises RefusedError where nothing is kept.
    """
    if not can_take(actor):
        raise RefusedError
    arrived = Arrived()
    for slug, events in groupby(sorted(told, key=_order), lambda each: each.course):
        course_id = _published(session, slug)
        happened = list(events)
        if course_id is None:
            arrived.left[Left.GONE] += len(happened)
            continue
        enrolment = _held(session, actor, course_id, locale, now)
        versions = {each.version for each in happened}
        shelf = open_shelf(session, enrolment.course_version_id, versions)
        _Taking(session, enrolment, shelf, arrived, now).all(happened)
    session.flush()
    return arrived


def _order(told: Told) -> tuple[str, datetime, str]:
    return told.course, told.at, told.key


def _published(session: Session, slug: str) -> int | None:
    return session.scalar(
        select(Course.id)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug == slug, CourseVersion.state == VersionState.PUBLISHED.value)
    )


def _held(session: Session, actor: Viewer, course_id: int, locale: str, now: datetime) -> Enrolment:
    """The person's enrolment, held until the commit; a new one counts as touched long ago."""
    mine = (
        select(Enrolment)
        .where(Enrolment.account_id == actor.id, Enrolment.course_id == course_id)
        .with_for_update()
    )
    found = session.scalars(mine).first()
    if found is not None:
        return found
    made = enrol(session, actor, course_id, locale=locale, now=now)
    version = session.get_one(CourseVersion, made.course_version_id)
    made.touched_at = version.published_at or now
    return made


Happened = tuple[Told, datetime]
"""Something told, and its time held within bounds."""


@dataclass(frozen=True, slots=True)
class _Taking:
    """Taking over what was told of one course."""

    session: Session
    enrolment: Enrolment
    shelf: Shelf
    arrived: Arrived
    now: datetime

    def all(self, events: Iterable[Told]) -> None:
        """Unit by unit; then "continue" leads where the person was last."""
        latest: tuple[datetime, int] = self.enrolment.touched_at, self.enrolment.resume_unit_id
        for unit_id, happened in self._by_unit(events).items():
            self.arrived.units.add(unit_id)
            self._unit(unit_id, happened)
            last = max(at for _told, at in happened)
            latest = (last, unit_id) if last > latest[0] else latest
        self.enrolment.touched_at, self.enrolment.resume_unit_id = latest
        self._place()
        certify(self.session, self.enrolment, self.now)

    def _place(self) -> None:
        """The place follows from how far everything is now, not from what arrived last."""
        enrolment = self.enrolment
        progress.leave_done_unit(self.session, enrolment)
        name = enrolment.account_id, enrolment.resume_unit_id
        here = self.session.get(UnitProgress, name)
        enrolment.resume_anchor = "block-1" if here is None else progress.anchor_of(here)

    def _by_unit(self, events: Iterable[Told]) -> Mapping[int, list[Happened]]:
        found: dict[int, list[Happened]] = {}
        for each in events:
            unit = self.shelf.units.get((each.module, each.unit))
            if unit is None:
                self.arrived.left[Left.GONE] += 1
                continue
            at = clipped(each.at, self.shelf.earliest(each.version), self.now)
            found.setdefault(unit.id, []).append((each, at))
        return found

    def _unit(self, unit_id: int, happened: Iterable[Happened]) -> None:
        unit, account_id = self.shelf.by_id[unit_id], self.enrolment.account_id
        reached = progress.start(self.session, account_id, unit_id)
        answers: list[Given] = []
        for told, at in happened:
            if told.kind is EventKind.ANSWERED:
                question = self._answerable(unit, told)
                answers += [(told, at, question)] if question is not None else []
            else:
                self._seen(unit, reached, told, at)
        new = record(self.session, account_id, answers, self.now)
        self.arrived.answers += new
        self.arrived.known += len(answers) - new
        progress.recount(self.session, reached)
        if progress.all_answered(unit, reached):
            self._finish(reached)

    def _seen(self, unit: Unit, reached: UnitProgress, told: Told, at: datetime) -> None:
        """Opened, read as far as a block, or read as a whole."""
        if told.kind is EventKind.COMPLETED:
            if not unit.question_count:
                self._finish(reached, at)
            return
        if told.block > self.shelf.blocks.get(unit.id, 0):
            self.arrived.left[Left.GONE] += 1
            return
        key = str(told.block) if told.block else ""
        happened = Happening(told.kind, self.now, key, told.block or None, at)
        progress.note(self.session, reached.account_id, unit.id, happened)
        reached.last_block = max(reached.last_block, told.block, 1)

    def _answerable(self, unit: Unit, told: Told) -> Question | None:
        """The question as it stands now; None, and why, where the answer cannot count."""
        if is_counted(unit.quiz):
            self.arrived.left[Left.ONLINE] += 1
            return None
        question = self.shelf.question(unit.id, told)
        if question is None:
            self.arrived.left[Left.CHANGED] += 1
            return None
        try:
            grading.taken(question.kind, self.shelf.body(question), told.response)
        except (DomainError, TypeError, ValueError, LookupError, AttributeError):
            self.arrived.left[Left.UNFIT] += 1
            return None
        return question

    def _finish(self, reached: UnitProgress, at: datetime | None = None) -> None:
        if reached.completed_at is None:
            happened = Happening(EventKind.COMPLETED, self.now, client_at=at)
            progress.note(self.session, reached.account_id, reached.unit_id, happened)
        progress.finish(reached, self.now)
