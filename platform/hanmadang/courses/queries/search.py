"""Searching the texts of courses: the version each viewer reads, never a draft."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, Select, Subquery, and_, cast, func, select, union_all

from hanmadang.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    Module,
    Passage,
    PassageWord,
    Unit,
    UnitProgress,
    UnitState,
    WordPlace,
)
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.rules import enrolled, visible_to
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.searching import Piece, Word, marked, weight, words_in

MOST = 40
"""Results on a page; whoever has more than that needs another word."""
_CANDIDATES = 400
"""Read for ranking: those in the reader's language first, and of these the ones under a heading
that answers. Where there are more, the page says so."""
_IN_TITLE = 3
"""How much more a hit in a heading weighs."""


@dataclass(frozen=True, slots=True)
class Result:
    """One place that answers, in the language in which it does."""

    course_slug: str
    course_title: Bilingual
    module_slug: str
    """Empty for the course itself."""
    unit_slug: str
    """Empty for a course or a module."""
    unit_title: Bilingual | None
    anchor: str
    title: str
    language: str
    pieces: Sequence[Piece]
    state: UnitState


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought."""

    words: tuple[Word, ...]
    results: Sequence[Result]
    more: bool
    """Whether there are more than are shown."""
    courses: Sequence[tuple[str, Bilingual]]
    """(slug, title) of every course the viewer can read, to narrow the search."""


def search(viewer: Viewer, query: str, course: str, language: str) -> Found:
    """The best answers in one course, or with an empty `course` in all; two statements."""
    words = words_in(query)
    courses = _courses(viewer)
    rows = _candidates(viewer, words, course, language) if words else ()
    ranked = _best(rows, words, language)
    results = [_result(row, words) for row in ranked[:MOST]]
    more = len(ranked) > MOST or len(rows) == _CANDIDATES
    return Found(words, results, more, courses)


def _courses(viewer: Viewer) -> list[tuple[str, Bilingual]]:
    rows = db.session.execute(
        select(Course.slug, Course.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .outerjoin(Enrolment, enrolled(viewer))
        .where(visible_to(viewer))
        .order_by(Course.position, Course.id)
    )
    return [(slug, title) for slug, title in rows]


def _candidates(
    viewer: Viewer, words: Sequence[Word], course: str, language: str
) -> Sequence[AnyRow]:
    mine = and_(
        UnitProgress.unit_id == Unit.id, UnitProgress.account_id == (viewer.account_id or 0)
    )
    hit = _holding(words)
    asked = (
        select(
            Course.slug.label("course"), Course.title.label("course_title"),
            Module.slug.label("module"), Unit.slug.label("unit"), Unit.title.label("unit_title"),
            Passage.unit_id, Passage.version_id, Passage.anchor, Passage.title, Passage.text,
            Passage.search, Passage.language, Passage.place, UnitProgress.state,
        )
        .select_from(hit)
        .join(Passage, Passage.id == hit.c.passage_id)
        .join(CourseVersion, CourseVersion.id == Passage.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .outerjoin(Enrolment, enrolled(viewer))
        .outerjoin(Unit, Unit.id == Passage.unit_id)
        .outerjoin(Module, Module.id == Unit.module_id)
        .outerjoin(UnitProgress, mine)
        .where(visible_to(viewer))
        .order_by(
            Passage.language != language, hit.c.titles.desc(), Course.position, Course.id,
            Passage.place,
        )
        .limit(_CANDIDATES)
    )  # fmt: skip
    if course:
        asked = asked.where(Course.slug == course)
    return db.session.execute(asked).all()


def _holding(words: Sequence[Word]) -> Subquery:
    """The passages that hold each of these words, and how many of them stand in the heading."""
    each = union_all(*map(_places, words)).subquery()
    return (
        select(each.c.passage_id, func.sum(each.c.titles).label("titles"))
        .group_by(each.c.passage_id)
        .having(func.count() == len(words))
        .subquery()
    )


def _places(word: Word) -> Select[int, int]:
    """By a list of words, not by a join: SQLite would begin with all the places of all words."""
    like = select(PassageWord.id).where(PassageWord.word.like(word.pattern, escape="!"))
    return (
        select(WordPlace.passage_id, func.max(cast(WordPlace.in_title, Integer)).label("titles"))
        .where(WordPlace.word_id.in_(like))
        .group_by(WordPlace.passage_id)
    )


def _best(rows: Sequence[AnyRow], words: Sequence[Word], language: str) -> list[AnyRow]:
    """The answers, best first, each place once: in the reader's language where that answers."""
    best: dict[tuple[int, int | None, str], tuple[tuple[bool, int], AnyRow]] = {}
    for row in rows:
        points = weight(row.search, words)
        if not points:
            continue
        titles = sum(piece.hit for piece in marked(row.title, words))
        worth = row.language == language, points + _IN_TITLE * bool(titles)
        place = (row.version_id, row.unit_id, row.anchor)
        if place not in best or best[place][0] < worth:
            best[place] = worth, row
    ranked = sorted(best.values(), key=lambda each: each[0], reverse=True)
    return [row for _worth, row in ranked]


def _result(row: AnyRow, words: Sequence[Word]) -> Result:
    return Result(
        course_slug=row.course,
        course_title=row.course_title,
        module_slug=row.module or "",
        unit_slug=row.unit or "",
        unit_title=row.unit_title,
        anchor=row.anchor,
        title=row.title,
        language=row.language,
        pieces=marked(row.text or row.title, words),
        state=UnitState(row.state or UnitState.NOT_STARTED),
    )
