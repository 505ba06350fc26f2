"""The room's reads. `catalogue`, `evidence` and `listing.resume_for` also serve other rooms."""

from hanmadang.courses.queries.catalogue import (
    CatalogueUnit,
    ModulePlace,
    catalogue,
    module_by_path,
)
from hanmadang.courses.queries.evidence import (
    AnswerGiven,
    answer_history,
    done_counts,
    done_units,
)
from hanmadang.courses.queries.lesson import Lesson, lesson
from hanmadang.courses.queries.listing import (
    CourseCard,
    Resume,
    course_cards,
    course_id,
    course_slug,
    my_courses,
    resume_for,
)
from hanmadang.courses.queries.marks import MarkRow, MarkView, marks_in, my_marks
from hanmadang.courses.queries.outline import CoursePage, course_page

__all__ = [
    "AnswerGiven",
    "CatalogueUnit",
    "CourseCard",
    "CoursePage",
    "Lesson",
    "MarkRow",
    "MarkView",
    "ModulePlace",
    "Resume",
    "answer_history",
    "catalogue",
    "course_cards",
    "course_id",
    "course_page",
    "course_slug",
    "done_counts",
    "done_units",
    "lesson",
    "marks_in",
    "module_by_path",
    "my_courses",
    "my_marks",
    "resume_for",
]
