"""The room's reads. `catalogue`, `evidence` and `listing.resume_for` also serve other rooms."""

from hanmadang.courses.queries.catalogue import (
    CatalogueUnit,
    ModulePlace,
    catalogue,
    core_for,
    module_by_path,
    without_captions,
)
from hanmadang.courses.queries.evidence import (
    Answered,
    AnswerGiven,
    answer_counts,
    answer_history,
    answered_lessons,
    answers_in_order,
    done_by,
    done_counts,
    done_units,
    people_with_answers,
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
    "Answered",
    "CatalogueUnit",
    "CourseCard",
    "CoursePage",
    "Lesson",
    "MarkRow",
    "MarkView",
    "ModulePlace",
    "Resume",
    "answer_counts",
    "answer_history",
    "answered_lessons",
    "answers_in_order",
    "catalogue",
    "core_for",
    "course_cards",
    "course_id",
    "course_page",
    "course_slug",
    "done_by",
    "done_counts",
    "done_units",
    "lesson",
    "marks_in",
    "module_by_path",
    "my_courses",
    "my_marks",
    "people_with_answers",
    "resume_for",
    "without_captions",
]
