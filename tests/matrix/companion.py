"""What goes with learners: notes of two citizens, a question to review, a link that stops mails."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.domain import answer
from hanmadang.courses.letters.reviews import FAMILY, STOP
from hanmadang.courses.models import Course, Enrolment, Mark, Question, ReviewWish, Unit
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.mailed import link_token
from tests.matrix.actors import Cast
from tests.matrix.canaries import Aviary


def of(session: Session, cast: Cast, aviary: Aviary) -> dict[str, Mapping[str, Any]]:
    """Parameters of their addresses, by name."""
    made: dict[str, Mapping[str, Any]] = {
        f"mark of {name}": {"mark_id": _mark(session, cast, aviary, name)}
        for name in ("citizen-a", "citizen-b")
    }
    made["review of citizen-a"] = {"question_id": _review(session, cast)}
    wish = ReviewWish(
        account_id=cast.viewers["citizen-a"].id, seed="any-seed", since=clock.now()
    )  # fmt: skip
    session.add(wish)
    token = link_token(settings().secret_key, FAMILY, STOP, wish.seed)
    made["review mails link"] = {"token": token}
    slug = session.scalars(select(Course.slug).order_by(Course.position)).first()
    made["pack of a course"] = {"course": slug, "choice": "ko"}
    return made


def _mark(session: Session, cast: Cast, aviary: Aviary, name: str) -> int:
    course = session.scalars(select(Course.id).order_by(Course.position)).first() or 0
    note = aviary.mark(name, "note")
    mark = Mark(
        account_id=cast.viewers[name].id, course_id=course, module_slug="any", unit_slug="any",
        block=0, heading="", bookmarked=False, note=note, search=note, created_at=clock.now(),
        changed_at=clock.now(),
    )  # fmt: skip
    session.add(mark)
    session.flush()
    return mark.id


def _review(session: Session, cast: Cast) -> int:
    """A question of a unit that citizen A did the day before yesterday."""
    who, then = cast.viewers["citizen-a"], clock.now() - timedelta(days=2)
    unit = session.scalars(
        select(Unit)
        .join(Enrolment, Enrolment.course_version_id == Unit.version_id)
        .where(Enrolment.account_id == who.id, Unit.question_count > 0)
        .order_by(Unit.position)
    ).first()
    assert unit is not None
    asked = select(Question).where(Question.unit_id == unit.id).order_by(Question.position)
    questions = session.scalars(asked).all()
    given = {question.slug: [0] for question in questions}
    answer(session, who, unit.id, given, key="matrix", now=then)
    return questions[0].id
