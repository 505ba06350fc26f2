"""A cohort's curriculum: what the group showed, the path that follows, and who came how far.

What a poll tells enters as it stands on the editors' desk (`live_demand`): whole tens of people, at
least ten on each side, moved by ten at least while it runs. Pre-tests enter in the same way
(`pretested`). No name and no single answer is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Cohort, CohortMember, MemberState
from hanmadang.courses.queries import CatalogueUnit, done_counts
from hanmadang.curricula.engine.cohort import Group, Shown, Wished, group_plan
from hanmadang.curricula.engine.plan import Plan
from hanmadang.curricula.engine.reasons import Omission, PrereqOf, Reason
from hanmadang.curricula.models import (
    CohortCurriculum,
    CurriculumState,
    LiveFigure,
)
from hanmadang.curricula.queries import pretested
from hanmadang.curricula.queries.live_demand import Stale, cells_of
from hanmadang.curricula.queries.nightly import latest_parameters
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.tens import full_tens
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Permission, Viewer
from hanmadang.polls.models import Poll, PollState, Question, QuestionKind
from hanmadang.polls.rules import moderated_by, visible_to

FEWEST = 10
"""Sums over fewer people are not read."""
Choices = list[tuple[int, Bilingual]]
_KINDS = (QuestionKind.KNOWLEDGE.value, QuestionKind.INTEREST.value)


@dataclass(frozen=True, slots=True)
class GroupPoll:
    """The poll that a curriculum listens to."""

    id: int
    slug: str
    title: Bilingual
    state: PollState
    answered: int
    """People at the question that most answered."""


@dataclass(frozen=True, slots=True)
class Cell:
    """About so many of so many people, in whole tens: missed a competency, or chose a topic."""

    code: str
    people: int
    of: int
    is_gap: bool


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What a curriculum was composed from."""

    members: int
    poll: GroupPoll | None
    shown: tuple[Shown, ...] = ()
    wished: tuple[Wished, ...] = ()

    def wish(self, topic: str) -> Wished | None:
        """What the group said of that topic."""
        return next((each for each in self.wished if each.topic == topic), None)

    def to_json(self) -> dict[str, Any]:
        """The stored form, with the figures a reason may name."""
        return {
            "members": self.members,
            "shown": [[s.competency, s.right, s.of] for s in self.shown],
            "wished": [[w.topic, w.count, w.of] for w in self.wished],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], poll: GroupPoll | None) -> "RestsOn":
        """The inverse of `to_json`."""
        return cls(
            stored["members"],
            poll,
            tuple(Shown(*each) for each in stored["shown"]),
            tuple(Wished(*each) for each in stored["wished"]),
        )


@dataclass(frozen=True, slots=True)
class CohortStep:
    """A lesson of a cohort's curriculum."""

    lesson: CatalogueUnit
    minutes: int
    reasons: tuple[Reason, ...]
    start_by: date | None
    pinned: bool


@dataclass(frozen=True, slots=True)
class Composed:
    """A cohort's curriculum as it stands now, or as it was frozen."""

    steps: tuple[CohortStep, ...]
    omitted: tuple[tuple[CatalogueUnit, Omission], ...]
    """Why each other lesson is not in it; empty for a frozen one."""
    rests_on: RestsOn
    gone: int = 0
    """Frozen lessons that are no longer published."""

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(step.minutes for step in self.steps)


def address_of(lesson: CatalogueUnit) -> str:
    """The address of a lesson, which outlives a new version of its course."""
    return f"{lesson.course_slug}/{lesson.module_slug}/{lesson.unit_slug}"


def composed(session: Session, shelf: Shelf, held: CohortCurriculum, *, today: date) -> Composed:
    """A draft composed from what the group showed until now; a frozen one as it was frozen."""
    if held.state != CurriculumState.DRAFT:
        return _frozen(session, shelf, held)
    found = rests_on(session, shelf, held)
    places = {address_of(lesson): id_ for id_, lesson in shelf.lessons.items()}
    group = Group(
        held.minutes,
        found.shown,
        found.wished,
        _ids(places, held.pinned),
        _ids(places, held.skipped),
        held.finish_by,
        today,
    )
    plan = group_plan(shelf.catalogue, group, latest_parameters(session))
    return _readable(shelf, plan, frozenset(group.pinned), found)


def rests_on(session: Session, shelf: Shelf, held: CohortCurriculum) -> RestsOn:
    """The group's answers: three statements, and one for each question of a closed poll."""
    cells = _poll_cells(session, held.poll_id)
    return RestsOn(
        _members(session, held.cohort_id),
        poll_of(session, held),
        _shown(cells, pretested.told(held), shelf),
        _wished(cells),
    )


def poll_of(session: Session, held: CohortCurriculum) -> GroupPoll | None:
    """The group's poll, and how many answered."""
    if held.poll_id is None:
        return None
    answered = func.coalesce(func.max(Question.answered), 0)
    row = session.execute(
        select(Poll.id, Poll.slug, Poll.title, Poll.state, answered.label("answered"))
        .outerjoin(Question, (Question.poll_id == Poll.id) & Question.kind.in_(_KINDS))
        .where(Poll.id == held.poll_id)
        .group_by(Poll.id, Poll.slug, Poll.title, Poll.state)
    ).one()
    return GroupPoll(row.id, row.slug, row.title, PollState(row.state), row.answered)


def polls_to_choose(session: Session, viewer: Viewer, cohort: Cohort) -> Choices:
    """Polls on knowledge or interests, of the cohort's institution or moderated by this viewer.

    The latest first; drafts only for those who moderate them.
    """
    within = Poll.institution_id == cohort.institution_id
    if viewer.may(Permission.POLLS_MODERATE):
        within |= moderated_by(viewer)
    asks = select(Question.poll_id).where(Question.kind.in_(_KINDS))
    rows = session.execute(
        select(Poll.id, Poll.title)
        .where(within, visible_to(viewer), Poll.id.in_(asks))
        .order_by(Poll.id.desc())
        .limit(100)
    )
    return [(row.id, row.title) for row in rows]


def assigned_to(session: Session, account_id: int) -> Sequence[tuple[CohortCurriculum, Cohort]]:
    """The curricula that this person's cohorts take, the latest first."""
    rows = session.execute(
        select(CohortCurriculum, Cohort)
        .join(Cohort, Cohort.id == CohortCurriculum.cohort_id)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(
            CohortMember.account_id == account_id,
            CohortMember.state == MemberState.JOINED.value,
            CohortCurriculum.state == CurriculumState.ASSIGNED.value,
        )
        .order_by(CohortCurriculum.assigned_at.desc(), Cohort.id)
    )
    return [(held, cohort) for held, cohort in rows]


def taken(session: Session, held: CohortCurriculum, found: Composed) -> dict[str, int | None]:
    """How many members at least finished each lesson of an assigned curriculum, by its place.

    In whole tens; a count that tells of fewer than `FEWEST` people, finished or not, is None;
    nought is nought.
    """
    if held.state != CurriculumState.ASSIGNED:
        return {}
    members = _members(session, held.cohort_id)
    counts = done_counts(session, _people(held.cohort_id))
    return {
        address_of(step.lesson): told(counts.get(step.lesson.unit_id, 0), members)
        for step in found.steps
    }


def told(count: int, members: int) -> int | None:
    """At least so many members, where neither they nor the rest are fewer than `FEWEST`."""
    if count == 0:
        return 0
    return None if min(count, members - count or FEWEST) < FEWEST else full_tens(count)


def _frozen(session: Session, shelf: Shelf, held: CohortCurriculum) -> Composed:
    lessons = {address_of(lesson): lesson for lesson in shelf.lessons.values()}
    kept = [{"unit": 0} | stored for stored in held.steps if stored["place"] in lessons]
    now = {stored["unit"]: lessons[stored["place"]] for stored in kept}
    then = Plan.from_json(kept, []).steps
    steps = [
        CohortStep(lesson, shelf.minutes(lesson), tuple(_as_of_now(step.reasons, now)),
                   step.start_by, address_of(lesson) in held.pinned)
        for lesson, step in zip((lessons[each["place"]] for each in kept), then, strict=True)
    ]  # fmt: skip
    found = RestsOn.from_json(held.rests_on, poll_of(session, held))
    return Composed(tuple(steps), (), found, len(held.steps) - len(steps))


def _as_of_now(found: Iterable[Reason], now: Mapping[int, CatalogueUnit]) -> Iterator[Reason]:
    """Reasons that name a lesson of the version then on offer name the one in its place."""
    for reason in found:
        if not isinstance(reason, PrereqOf):
            yield reason
        elif lesson := now.get(reason.unit):
            yield PrereqOf(lesson.unit_id)


def _readable(shelf: Shelf, plan: Plan, pinned: frozenset[int], found: RestsOn) -> Composed:
    return Composed(
        tuple(
            CohortStep(shelf.lessons[step.unit_id], step.minutes, step.reasons, step.start_by,
                       step.unit_id in pinned)
            for step in plan.steps
        ),
        tuple((shelf.lessons[unit], why) for unit, why in plan.omitted),
        found,
    )  # fmt: skip


def _ids(places: Mapping[str, int], wanted: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted(places[place] for place in wanted if place in places))


def _people(cohort_id: int) -> Select[Any]:
    return select(CohortMember.account_id).where(
        CohortMember.cohort_id == cohort_id, CohortMember.state == MemberState.JOINED.value
    )


def _members(session: Session, cohort_id: int) -> int:
    return session.scalar(select(func.count()).select_from(_people(cohort_id).subquery())) or 0


def _poll_cells(session: Session, poll_id: int | None) -> list[Cell]:
    """What may be told of the poll: as shown while it runs, counted once it is closed."""
    rows = session.execute(
        select(
            Question.id, Question.kind, Question.competency_code, Question.answered,
            Poll.state, LiveFigure.n, LiveFigure.cells,
        )
        .join(Poll, Poll.id == Question.poll_id)
        .join(LiveFigure, LiveFigure.question_id == Question.id, isouter=True)
        .where(Question.poll_id == poll_id, Question.kind.in_(_KINDS))
        .where(Question.answered >= FEWEST)
        .order_by(Question.position)
    ).all()  # fmt: skip
    found: list[Cell] = []
    for row in rows:
        if row.state == PollState.CLOSED:
            asked = Stale(row.id, row.answered, row.competency_code or "")
            n, cells = full_tens(row.answered), cells_of(session, asked)
        else:
            n, cells = row.n or 0, row.cells or []
        knows = row.kind == QuestionKind.KNOWLEDGE
        found += [Cell(codes[0], min(people, n), n, knows) for codes, people in cells
                  if len(codes) == 1]  # fmt: skip
    return found


def _shown(
    cells: Sequence[Cell], pretests: Iterable[tuple[str, int, int]], shelf: Shelf
) -> tuple[Shown, ...]:
    """By competency in use: what was merged counts for its successor."""
    counts: dict[str, tuple[int, int]] = {}
    polled = ((cell.code, cell.of - cell.people, cell.of) for cell in cells if cell.is_gap)
    for asked, right, of in (*polled, *pretests):
        if code := shelf.counts_for(asked):
            before = counts.get(code, (0, 0))
            counts[code] = (before[0] + right, before[1] + of)
    return tuple(sorted(Shown(code, right, of) for code, (right, of) in counts.items()))


def _wished(cells: Sequence[Cell]) -> tuple[Wished, ...]:
    """What most people chose, where a topic stands in several questions."""
    best: dict[str, Wished] = {}
    for cell in cells:
        wish = Wished(cell.code, cell.people, cell.of)
        if not cell.is_gap and (cell.code not in best or wish.count > best[cell.code].count):
            best[cell.code] = wish
    return tuple(sorted(best.values()))
