"""From a course file (TOML or JSON, as a dictionary) to a `CourseSpec`, strictly.

The file's schema is described in ``docs/subsystems/course-files.md``. Nothing is guessed: what is
missing, unknown or in one language only raises `CourseFileError`, naming the place.
`writing` is the way back.
"""

from hanmadang.courses.reading.blocks import read_block
from hanmadang.courses.reading.course import read_course, read_heads, read_unit
from hanmadang.courses.reading.questions import read_body, read_question, read_quiz
from hanmadang.courses.reading.table import CourseFileError, Table

__all__ = [
    "CourseFileError",
    "Table",
    "read_block",
    "read_body",
    "read_course",
    "read_heads",
    "read_question",
    "read_quiz",
    "read_unit",
]
