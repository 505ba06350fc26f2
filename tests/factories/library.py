"""A large catalogue to search: many courses with units of many words, written in few statements."""

import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from hanmadang.courses.domain.passages import index_version
from hanmadang.courses.models import Block, Course, CourseVersion, Module, Unit
from tests.factories import courses as make

_COMMON = ("정전협정", "통일", "평화", "서울", "평양", "가족", "경계", "합의")
_SYLLABLES = (
    "가나다라마바사아자차카타파하기니디리미비시이지치거너더러머버서어저처구누두루무부수우주추"
)
_ENDINGS = ("", "은", "을", "에서", "으로", "과", "의")
_WORDS, _BLOCKS, _LONG = 60_000, 4, 30


def fill(session: Session, courses: int, units: int) -> None:
    """So many published courses, each with as many units; always the same ones."""
    chance = random.Random(7)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(_WORDS)]
    first = make.publish(session, make.course(*(make.unit(f"u{n}") for n in range(units))))
    of = {table: _rows(session, table, first.id) for table in (Module, Unit, Block)}
    for number in range(2, courses + 2):
        _copy(session, first, of, number, _texts(chance, words))


def _rows(session: Session, table: Any, version_id: int) -> list[Row[Any]]:
    asked = select(table.__table__)
    if table is Block:
        asked = asked.join(Unit).where(Unit.version_id == version_id)
    else:
        asked = asked.where(table.version_id == version_id)
    return list(session.execute(asked.order_by(table.id)))


def _copy(
    session: Session,
    first: CourseVersion,
    of: dict[Any, list[Row[Any]]],
    number: int,
    texts: Iterator[dict[str, str]],
) -> None:
    course = _again(session, Course, first.course_id, slug=f"course-{number}", position=number)
    version = _again(session, CourseVersion, first.id, course_id=course)
    modules = _all(session, Module, of[Module], lambda _row: {"version_id": version})
    units = _all(
        session, Unit, of[Unit],
        lambda row: {"version_id": version, "module_id": modules[row.module_id]},
    )  # fmt: skip
    _all(
        session, Block, of[Block], lambda row: {"unit_id": units[row.unit_id], "html": next(texts)}
    )
    index_version(session, version)


def _again(session: Session, table: Any, id_: int, **other: Any) -> int:
    row = session.execute(select(table.__table__).where(table.id == id_)).one()
    return _all(session, table, [row], lambda _row: other)[id_]


def _all(session: Session, table: Any, rows: list[Row[Any]], other: Any) -> dict[int, int]:
    """{old id: new id} of copies that differ in what `other` says."""
    values = [{**row._mapping, **other(row)} for row in rows]
    for each in values:
        del each["id"]
    made = insert(table.__table__).returning(table.__table__.c.id, sort_by_parameter_order=True)
    return dict(zip([row.id for row in rows], session.scalars(made, values), strict=True))


def _texts(chance: random.Random, words: list[str]) -> Iterator[dict[str, str]]:
    while True:
        own = [chance.choice(words) + chance.choice(_ENDINGS) for _ in range(_LONG)]
        if chance.random() < 0.2:
            own.append(chance.choice(_COMMON) + chance.choice(_ENDINGS))
        text = " ".join(own)
        yield {"ko": f"<p>{text}</p>", "en": f"<p>In other words: {text}</p>"}
