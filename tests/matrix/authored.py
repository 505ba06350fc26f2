"""Courses that each institution writes: a draft, a version in review, a question in the bank."""

from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses.domain import bank, drafts, partners, signing, submitting
from hanmadang.courses.reading import Table, read_question
from hanmadang.kernel import clock
from hanmadang.kernel.vocabulary import competencies
from tests.matrix.actors import Cast
from tests.matrix.canaries import Aviary

Made = dict[str, dict[str, Any]]


def courses(session: Session, cast: Cast, aviary: Aviary) -> Made:
    """``authored 1`` and ``authored 2``, with everything an address of the desk can name."""
    made: Made = {}
    for number in (1, 2):
        made |= _course(session, cast, aviary, number)
    return made


def _course(session: Session, cast: Cast, aviary: Aviary, number: int) -> Made:
    editor_name = f"partner-{number}"
    editor, now = cast.viewers[editor_name], clock.now()
    place, house = cast.institutions[number - 1], f"courses-desk-{number}"
    said = _both(aviary.mark(house, "draft"))
    head = {"title": said, "summary": said, "audience": said}
    course_id = drafts.begin(session, editor, head, institution_id=place, now=now).course_id
    module = drafts.add_module(session, course_id, {"title": said, "summary": said})
    unit = drafts.add_unit(session, editor, module.id, said, now=now)
    question = _question(aviary.mark(house, "question"), competencies(session)[0].code)
    blocks = [{"key": "k1", "kind": "text", "body": said}]
    content = unit.content | {"blocks": blocks, "questions": [question]}
    drafts.save_unit(session, editor, unit.id, content, revision=1, now=now)
    entry = bank.keep(
        session, editor, [read_question(Table(question))], institution_id=place, now=now
    )[0]
    bank.take(session, editor, unit, entry, now=now)
    partners.name_partner(session, editor, course_id, place)
    version = submitting.submit(session, editor, course_id, now=now)
    remark = signing.remark(
        session, editor, version.id, aviary.mark(editor_name, "remark"), now=now
    )
    values = {
        "course_id": course_id, "module_id": module.id, "unit_id": unit.id,
        "version_id": version.id, "remark_id": remark.id,
    }  # fmt: skip
    return {f"authored {number}": values, f"entry {number}": {"entry_id": entry.id}}


def _both(word: str) -> dict[str, str]:
    return {"ko": word, "en": word}


def _question(word: str, competency: str) -> dict[str, Any]:
    options = [{"label": _both(name), "correct": name == "A"} for name in ("A", "B")]
    return {
        "slug": "q1", "kind": "one", "competency": competency, "text": _both(word),
        "options": options,
    }  # fmt: skip
