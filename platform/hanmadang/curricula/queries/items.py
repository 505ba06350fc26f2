"""Questions of published lessons with which somebody can show what they know."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import CourseVersion, Question, Unit, VersionState
from hanmadang.courses.queries.questions import QuestionView
from hanmadang.courses.queries.reviews import review_question
from hanmadang.courses.rules import is_counted
from hanmadang.curricula.engine.pretest import Item
from hanmadang.kernel.ids import digest
from hanmadang.kernel.vocabulary import COUNTS_FOR, IS_USED, Competency

CHECKED = 2
"""Questions after "I know this"."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A question on offer."""

    item: Item
    unit_id: int


def offered(
    session: Session, language: str, codes: Collection[str] | None = None
) -> Sequence[Offered]:
    """Questions written in that language, in reading order; those of counted quizzes stay unseen.

    With `codes` only those on these competencies. One on a merged competency asks about what that
    counts for now, one on a retired competency is not on offer. One statement.
    """
    wanted = (
        select(Question.id, COUNTS_FOR.label("code"), Question.unit_id, Question.text, Unit.quiz)
        .join(Competency, Competency.code == Question.competency_code)
        .join(Unit, Unit.id == Question.unit_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(CourseVersion.state == VersionState.PUBLISHED.value, IS_USED)
        .order_by(Unit.id, Question.position)
    )
    if codes is not None:
        wanted = wanted.where(COUNTS_FOR.in_(codes))
    return [
        Offered(Item(row.id, row.code), row.unit_id)
        for row in session.execute(wanted)
        if row.text.get(language) and not is_counted(row.quiz)
    ]


def questions_on(session: Session, code: str) -> frozenset[int]:
    """Questions of any version that ask about this competency by now; one statement."""
    on_it = (
        select(Question.id)
        .join(Competency, Competency.code == Question.competency_code)
        .where(COUNTS_FOR.in_([code]))
    )
    return frozenset(session.scalars(on_it))


def to_check(found: Iterable[Offered], seed: str) -> Sequence[Item]:
    """Two of them, on different competencies where there are; another two for another seed."""
    mixed = sorted((each.item for each in found), key=lambda item: digest(f"{seed}:{item.id}"))
    firsts = {item.competency: item for item in reversed(mixed)}
    others = [item for item in mixed if item not in firsts.values()]
    leading = [item for item in mixed if item in firsts.values()]
    return (leading + others)[:CHECKED]


def question_view(question_id: int) -> QuestionView:
    """The question as a page asks it; its fields have a name of their own on every page."""
    view = review_question(question_id, 0, answered=False)
    return replace(view, slug=f"item-{question_id}")
