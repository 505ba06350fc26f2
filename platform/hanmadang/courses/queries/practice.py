"""A unit's questions as a form that answers them needs them: nothing that only a page shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hanmadang.courses import attempts, grading
from hanmadang.courses.queries import lesson_statements as statements
from hanmadang.courses.specs import Body
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db, read
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer


@dataclass(frozen=True, slots=True)
class AskedView:
    """A question by which a form is read."""

    slug: str
    kind: str
    body: Body
    hints: tuple[Bilingual, ...] = ()
    """None: what was told is on record, so no form has to say it."""


@dataclass(frozen=True, slots=True)
class Practice:
    """The questions of a unit, for somebody whose answers are kept."""

    course_id: int
    unit_id: int
    enrolled: bool
    counted: bool
    """Whether the quiz is taken in attempts."""
    questions: Sequence[AskedView]


def practice(viewer: Viewer, course: str, module: str, unit: str) -> Practice:
    """The questions at that address in the version this viewer reads; one statement.

    Raises NotFoundError.
    """
    asked = {"course": course, "module": module, "unit": unit, "account": viewer.account_id or 0}
    rows = read(db.session(), statements.PRACTICE, **asked).all()
    if not rows:
        raise NotFoundError(course, module, unit)
    course_id, unit_id, quiz, resume_unit_id, *_question = rows[0]
    return Practice(
        course_id,
        unit_id,
        resume_unit_id is not None,
        attempts.counts(attempts.policy_of(json.loads(quiz))),
        [
            AskedView(slug, kind, grading.body_of(kind, body))
            for *_unit, slug, kind, body in rows
            if slug is not None
        ],
    )
