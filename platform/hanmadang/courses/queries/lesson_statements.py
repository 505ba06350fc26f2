"""The lesson page's statements, written once per process.

Building a select with joins costs more than running it; here only the values change. The rule
`visible_to` reads the same for every viewer, because who is asking comes in through the join with
their enrolment: the value ``account``, 0 for nobody.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, case, cast, select

from hanmadang.courses.models import (
    Block,
    BlockKind,
    Certificate,
    CertificateState,
    Course,
    CourseVersion,
    Enrolment,
    Module,
    Question,
    QuestionProgress,
    Reflection,
    Source,
    Unit,
    UnitProgress,
    Watched,
)
from hanmadang.courses.rules import visible_to
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.db import Base
from hanmadang.kernel.permissions import NOBODY

_tables = Base.metadata.tables
_course, _version = _tables[Course.__tablename__].c, _tables[CourseVersion.__tablename__].c
_enrolment, _mine = _tables[Enrolment.__tablename__].c, _tables[UnitProgress.__tablename__].c
_block, _source = _tables[Block.__tablename__].c, _tables[Source.__tablename__].c
_watched, _written = _tables[Watched.__tablename__].c, _tables[Reflection.__tablename__].c
_question = _tables[Question.__tablename__].c
_answered = _tables[QuestionProgress.__tablename__].c
_units, _modules = _tables[Unit.__tablename__], _tables[Module.__tablename__]
_unit, _module = _units.c, _modules.c
_here, _chapter = _units.alias("here"), _modules.alias("chapter")

_certificate = _tables[Certificate.__tablename__].c
_earned = (
    select(_certificate.number)
    .where(
        _certificate.account_id == bindparam("account"),
        _certificate.course_id == _course.id,
        _certificate.state != CertificateState.REPLACED.value,
    )
    .scalar_subquery()
)

_OF_MODULE = and_(_chapter.c.version_id == _version.id, _chapter.c.slug == bindparam("module"))
_OF_UNIT = and_(_here.c.module_id == _chapter.c.id, _here.c.slug == bindparam("unit"))
_OF_READER = and_(
    _enrolment.course_id == _version.course_id, _enrolment.account_id == bindparam("account")
)

PLACES = (
    select(
        _course.id.label("course_id"), _course.title.label("course_title"),
        _version.state.label("version_state"), _version.number.label("version_number"),
        _version.unit_count,
        _here.c.id.label("here_id"), _unit.id.label("unit_id"), _unit.slug, _unit.title,
        _unit.minutes_ko, _unit.minutes_en, _unit.perspective, _unit.position,
        _unit.question_count, cast(_unit.quiz, Text).label("quiz"),
        _module.slug.label("module_slug"),
        _module.title.label("module_title"), _enrolment.resume_unit_id,
        _enrolment.resume_locale,
        _mine.state, _mine.last_block, _mine.answered, _earned.label("certificate"),
    )
    .select_from(_tables[Course.__tablename__])
    .join(_tables[CourseVersion.__tablename__], _version.course_id == _course.id)
    .join(_chapter, _OF_MODULE)
    .join(_here, _OF_UNIT)
    .join(
        _units,
        and_(
            _unit.version_id == _here.c.version_id,
            _unit.position.between(_here.c.position - 1, _here.c.position + 1),
        ),
    )
    .join(_modules, _module.id == _unit.module_id)
    .outerjoin(_tables[Enrolment.__tablename__], _OF_READER)
    .outerjoin(
        _tables[UnitProgress.__tablename__],
        and_(_mine.unit_id == _here.c.id, _mine.account_id == bindparam("account")),
    )
    .where(
        _course.slug == bindparam("course"),
        visible_to(NOBODY),
    )
)  # fmt: skip
"""The unit and its neighbours, each with what belongs to the unit itself."""

PRACTICE = (
    select(
        _course.id, _here.c.id, cast(_here.c.quiz, Text), _enrolment.resume_unit_id,
        _question.slug, _question.kind, cast(_question.body, Text),
    )
    .select_from(_tables[Course.__tablename__])
    .join(_tables[CourseVersion.__tablename__], _version.course_id == _course.id)
    .join(_chapter, _OF_MODULE)
    .join(_here, _OF_UNIT)
    .outerjoin(_tables[Question.__tablename__], _question.unit_id == _here.c.id)
    .outerjoin(_tables[Enrolment.__tablename__], _OF_READER)
    .where(_course.slug == bindparam("course"), visible_to(NOBODY))
    .order_by(_question.position)
)  # fmt: skip
"""A unit's questions as a form that answers them needs them; one row for a unit without any."""

_NAMES = {
    BlockKind.VIDEO: "media",
    BlockKind.AUDIO: "media",
    BlockKind.QUESTION: "question",
    BlockKind.REFLECTION: "slug",
    BlockKind.EVENT: "event",
    BlockKind.POLL: "poll",
}
_name = case(
    *((_block.kind == kind.value, _block.content[key].as_string()) for kind, key in _NAMES.items()),
    else_="",
)
_played = _block.kind.in_((BlockKind.VIDEO.value, BlockKind.AUDIO.value))


def _of_reader(table: Any) -> ColumnElement[bool]:
    """Rows of one reader in one course."""
    return and_(table.account_id == bindparam("account"), table.course_id == bindparam("course_id"))


BLOCKS = {
    language: select(
        _block.position, _block.kind, _block.html[language].as_string(), _name,
        case((_played, _block.content["seconds"].as_integer()), else_=0),
        _watched.total, _watched.stopped_at, _written.body,
    )
    .select_from(_tables[Block.__tablename__])
    .outerjoin(
        _tables[Watched.__tablename__],
        and_(_of_reader(_watched), _played, _watched.media == _name),
    )
    .outerjoin(
        _tables[Reflection.__tablename__],
        and_(
            _of_reader(_written),
            _block.kind == BlockKind.REFLECTION.value,
            _written.place == bindparam("place"),
            _written.slug == _name,
        ),
    )
    .where(_block.unit_id == bindparam("unit_id"))
    .order_by(_block.position)
    for language in LANGUAGES
}  # fmt: skip
"""The parts, with what they name (a file, a question, an event …) and what is the reader's own."""

SOURCES = (
    select(_source.title, _source.publisher, _source.year, _source.url)
    .where(_source.unit_id == bindparam("unit_id"))
    .order_by(_source.position)
)

QUESTIONS = (
    select(
        _question.id, _question.slug, _question.kind, _question.text, _question.explanation,
        cast(_question.body, Text), _question.hints, _answered.response, _answered.right_at,
    )
    .select_from(_tables[Question.__tablename__])
    .outerjoin(
        _tables[QuestionProgress.__tablename__],
        and_(
            _answered.question_id == _question.id, _answered.account_id == bindparam("account")
        ),
    )
    .where(_question.unit_id == bindparam("unit_id"))
    .order_by(_question.position)
)  # fmt: skip
