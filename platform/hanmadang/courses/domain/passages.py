"""Writing down what of a version can be searched: once, when it is published."""

import re
from collections.abc import Iterator, Mapping
from itertools import count

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from hanmadang.courses.domain.passage_words import forget_words, write_words
from hanmadang.courses.models import (
    READ,
    Block,
    Course,
    CourseVersion,
    Module,
    Passage,
    Question,
    Unit,
    WordPlace,
)
from hanmadang.courses.plain import plain_of
from hanmadang.courses.rules import is_counted
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.text import search_form

_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)


def index_version(session: Session, version_id: int) -> None:
    """Make the passages of a version anew."""
    forget_words(session, version_id)
    session.execute(delete(Passage).where(Passage.version_id == version_id))
    made = []
    for language in LANGUAGES:
        numbers = count(1)
        for passage in _passages(session, version_id, language):
            passage.version_id, passage.language = version_id, language
            passage.place = next(numbers)
            passage.search = search_form(passage.title, passage.text)
            made.append(passage)
    session.add_all(made)
    session.flush()
    write_words(session, made)


def unindexed(session: Session) -> list[int]:
    """Versions that learners read and whose words are not written down yet."""
    return list(
        session.scalars(
            select(CourseVersion.id)
            .where(
                CourseVersion.state.in_(READ),
                ~exists().where(
                    Passage.version_id == CourseVersion.id, WordPlace.passage_id == Passage.id
                ),
            )
            .order_by(CourseVersion.id)
        )
    )


def _passages(session: Session, version_id: int, language: str) -> Iterator[Passage]:
    """The version's texts in reading order, in one language."""
    yield _of_course(session, version_id, language)
    blocks, questions = _blocks(session, version_id, language), _questions(session, version_id)
    seen = set()
    rows = session.execute(
        select(Module, Unit)
        .join(Unit, Unit.module_id == Module.id)
        .where(Module.version_id == version_id)
        .order_by(Unit.position)
    )
    for module, unit in rows:
        if module.id not in seen:
            seen.add(module.id)
            title, text = (_shown(each, language) for each in (module.title, module.summary))
            yield Passage(unit_id=None, anchor=module.slug, title=title, text=text)
        title = _shown(unit.title, language)
        yield Passage(unit_id=unit.id, anchor="", title=title, text="")
        for position, html in blocks.get(unit.id, ()):
            heading = _HEADING.search(html)
            own = plain_of(heading[1]) if heading else title
            rest = html.replace(heading[0], "", 1) if heading else html
            yield Passage(
                unit_id=unit.id, anchor=f"block-{position}", title=own, text=plain_of(rest)
            )
        for slug, question in questions.get(unit.id, ()):
            asked = _shown(question, language)
            yield Passage(unit_id=unit.id, anchor=f"question-{slug}", title=title, text=asked)


def _shown(text: Bilingual, language: str) -> str:
    return text.shown(language).text


def _of_course(session: Session, version_id: int, language: str) -> Passage:
    course = session.scalars(
        select(Course).join(CourseVersion).where(CourseVersion.id == version_id)
    ).one()
    text = " ".join(_shown(each, language) for each in (course.summary, course.audience))
    return Passage(unit_id=None, anchor="", title=_shown(course.title, language), text=text)


def _blocks(
    session: Session, version_id: int, language: str
) -> Mapping[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    rows = session.execute(
        select(Block.unit_id, Block.position, Block.html)
        .join(Unit, Unit.id == Block.unit_id)
        .where(Unit.version_id == version_id)
        .order_by(Block.unit_id, Block.position)
    )
    for unit_id, position, html in rows:
        found.setdefault(unit_id, []).append((position, html[language]))
    return found


def _questions(session: Session, version_id: int) -> Mapping[int, list[tuple[str, Bilingual]]]:
    """What the questions ask; a quiz that counts keeps its own to itself until an attempt."""
    found: dict[int, list[tuple[str, Bilingual]]] = {}
    rows = session.execute(
        select(Question.unit_id, Question.slug, Question.text, Unit.quiz)
        .join(Unit, Unit.id == Question.unit_id)
        .where(Unit.version_id == version_id)
        .order_by(Question.unit_id, Question.position)
    )
    for unit_id, slug, text, quiz in rows:
        if not is_counted(quiz):
            found.setdefault(unit_id, []).append((slug, text))
    return found
