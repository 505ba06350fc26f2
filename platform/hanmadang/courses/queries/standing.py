"""How far a person came in a version: three numbers that never fall, and what is missing.

*Done* counts units, *known* counts questions answered right, *towards the certificate* counts
both together, and names each thing that is still missing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from hanmadang.courses import attempts
from hanmadang.courses.models import (
    CourseVersion,
    Module,
    Question,
    QuestionProgress,
    Unit,
    UnitProgress,
    UnitState,
    VersionState,
)
from hanmadang.courses.specs import QuizSpec
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing between a person and the certificate."""

    module_slug: str
    unit_slug: str
    title: Bilingual
    """The unit's title, or the question."""
    question_slug: str = ""
    """Empty for a unit to be done, and for a pool."""
    more: int = 0
    """How many right answers a quiz that draws its questions still lacks."""


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """The three numbers of one person in one version."""

    units_done: int
    unit_count: int
    questions_right: int
    question_count: int
    missing: tuple[Missing, ...]

    @property
    def met(self) -> int:
        """Conditions of the certificate that are met."""
        return self.units_done + self.questions_right

    @property
    def conditions(self) -> int:
        """Conditions of the certificate: every unit done, every question answered right once."""
        return self.unit_count + self.question_count


@dataclass(frozen=True, slots=True)
class SwitchOffer:
    """A newer version, and what of a person's work exists in it."""

    number: int
    unit_count: int
    units_kept: int
    """Done units that the new version still has."""
    units_left: int
    """Done units that it no longer has."""


def progress_in(account_id: int, version_id: int) -> CourseProgress:
    """How far that person came in that version; two statements.

    A quiz that counts asks for as many right answers as one attempt, or its share to pass, needs;
    whoever passed has them. Nothing here ever falls.
    """
    units, questions = _units(account_id, version_id), _questions(account_id, version_id)
    known = [_known(unit, questions.get(unit.id, ())) for unit in units]
    open_units = [unit.missing for unit in units if not unit.done]
    return CourseProgress(
        units_done=len(units) - len(open_units),
        unit_count=len(units),
        questions_right=sum(each.right for each in known),
        question_count=sum(each.wanted for each in known),
        missing=(*open_units, *(missing for each in known for missing in each.missing)),
    )


@dataclass(frozen=True, slots=True)
class _UnitRow:
    id: int
    missing: Missing
    """The unit, as it is named while it is not done."""
    done: bool
    quiz: QuizSpec


@dataclass(frozen=True, slots=True)
class _Known:
    """What a unit's questions contribute."""

    right: int
    wanted: int
    missing: tuple[Missing, ...]


def _known(unit: _UnitRow, questions: Sequence[tuple[Missing, bool]]) -> _Known:
    right = sum(was_right for _missing, was_right in questions)
    if not attempts.counts(unit.quiz):
        named = tuple(missing for missing, was_right in questions if not was_right)
        return _Known(right, len(questions), named)
    wanted = attempts.wanted(unit.quiz, len(questions))
    if unit.done and unit.quiz.pass_share is not None:
        right = wanted
    lacking = max(0, wanted - right)
    named = (replace(unit.missing, more=lacking),) if lacking else ()
    return _Known(wanted - lacking, wanted, named)


def _units(account_id: int, version_id: int) -> list[_UnitRow]:
    mine = and_(UnitProgress.unit_id == Unit.id, UnitProgress.account_id == account_id)
    rows = db.session.execute(
        select(Unit.id, Module.slug, Unit.slug, Unit.title, UnitProgress.state, Unit.quiz)
        .join(Module, Module.id == Unit.module_id)
        .outerjoin(UnitProgress, mine)
        .where(Unit.version_id == version_id)
        .order_by(Unit.position)
    )
    return [
        _UnitRow(
            id_,
            Missing(module, unit, title),
            state == UnitState.DONE.value,
            attempts.policy_of(quiz),
        )
        for id_, module, unit, title, state, quiz in rows
    ]


def _questions(account_id: int, version_id: int) -> Mapping[int, Sequence[tuple[Missing, bool]]]:
    """{unit: its questions, each with whether it was once answered right}."""
    mine = and_(
        QuestionProgress.question_id == Question.id, QuestionProgress.account_id == account_id
    )
    rows = db.session.execute(
        select(
            Unit.id, Module.slug, Unit.slug, Question.text, Question.slug,
            QuestionProgress.right_at,
        )
        .join(Unit, Unit.id == Question.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .outerjoin(QuestionProgress, mine)
        .where(Unit.version_id == version_id)
        .order_by(Unit.position, Question.position)
    )  # fmt: skip
    found = defaultdict(list)
    for unit_id, module, unit, text, slug, right_at in rows:
        found[unit_id].append((Missing(module, unit, text, slug), right_at is not None))
    return found


def switch_offer(account_id: int, course_id: int, version_id: int) -> SwitchOffer | None:
    """What switching to the published version would mean; None when nothing is published."""
    twin, twin_module = aliased(Unit), aliased(Module)
    kept = (
        select(func.count())
        .select_from(UnitProgress)
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .join(twin_module, twin_module.slug == Module.slug)
        .join(twin, and_(twin.module_id == twin_module.id, twin.slug == Unit.slug))
        .where(*_done(account_id, version_id), twin.version_id == CourseVersion.id)
        .correlate(CourseVersion)
        .scalar_subquery()
    )
    done = (
        select(func.count())
        .select_from(UnitProgress)
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .where(*_done(account_id, version_id))
        .scalar_subquery()
    )
    row = db.session.execute(
        select(CourseVersion.number, CourseVersion.unit_count, kept, done - kept).where(
            CourseVersion.course_id == course_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    ).first()
    return None if row is None else SwitchOffer(*row)


def _done(account_id: int, version_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        UnitProgress.account_id == account_id,
        UnitProgress.state == UnitState.DONE.value,
        Unit.version_id == version_id,
    )
