"""What the members of a cohort showed in pre-tests, as people and never as single answers."""

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import CohortMember, MemberState
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.models import CohortCurriculum, Evidence, EvidenceKind
from hanmadang.curricula.tens import TENS, full_tens, in_whole_tens
from hanmadang.polls.survey.thresholds import SMALLEST_CELL

FEWEST_TESTED = 2 * SMALLEST_CELL
"""The least that can hold ten people on each side."""
Told = list[Any]
"""`[competency, people, how many of them knew it in whole tens, or None where that is too few]`."""


def told_anew(session: Session, held: CohortCurriculum) -> list[Told]:
    """What may be told now: a competency moves only where ten more members answered.

    Whoever looks before and after one member's pre-test, or before and after one member came or
    left, sees the same. One statement.
    """
    shown = {told[0]: told for told in held.pretests}
    for code, people, knew in _counts(session, held.cohort_id):
        before = shown[code][1] if code in shown else 0
        if people >= max(FEWEST_TESTED, before + TENS):
            enough = SMALLEST_CELL <= knew <= people - SMALLEST_CELL
            shown[code] = [code, people, in_whole_tens(knew) if enough else None]
    return [shown[code] for code in sorted(shown)]


def told(held: CohortCurriculum) -> list[tuple[str, int, int]]:
    """(competency, how many knew it, of how many), both in whole tens."""
    tens = [(code, right, full_tens(people)) for code, people, right in held.pretests]
    return [(code, min(right, of), of) for code, right, of in tens if right is not None]


def _counts(session: Session, cohort_id: int) -> list[tuple[str, int, int]]:
    """(competency, members asked, those with more than half of their answers right)."""
    knew = func.sum(Evidence.right) * 2 > func.sum(Evidence.of)
    members = select(CohortMember.account_id).where(
        CohortMember.cohort_id == cohort_id, CohortMember.state == MemberState.JOINED.value
    )
    each = (
        select(Evidence.competency_code.label("code"), case((knew, 1), else_=0).label("knew"))
        .where(
            Evidence.account_id.in_(members),
            Evidence.kind == EvidenceKind.KNOWLEDGE.value,
            Evidence.source_kind == Source.PRETEST.value,
        )
        .group_by(Evidence.competency_code, Evidence.account_id)
        .subquery()
    )
    counted = select(each.c.code, func.count(), func.sum(each.c.knew)).group_by(each.c.code)
    return [(str(code), people, int(right)) for code, people, right in session.execute(counted)]
