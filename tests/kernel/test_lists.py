"""Lists as one parameter: the same rows on both databases, however long the list is."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.types import String

from hanmadang.kernel.lists import one_of

Opener = Callable[[], Any]
WORDS = ["가", "나'", 'a"b', "", "x" * 43]


@pytest.mark.parametrize("asked", [[], ["가"], WORDS, ["없음", "나'", "가"], ["가"] * 300])
def test_the_rows_that_are_in_the_list(read: Opener, asked: list[str]) -> None:
    table = union_all(*(select(literal(word).label("word")) for word in WORDS)).subquery()
    with read() as session:
        dialect = session.get_bind().dialect.name
        statement = select(table.c.word).where(one_of(dialect, table.c.word, "asked"))
        found = session.execute(statement, {"asked": asked}).scalars().all()
    assert sorted(found) == sorted(set(asked) & set(WORDS))


def test_it_is_one_parameter(read: Opener, count_queries: Opener) -> None:
    with read() as session, count_queries() as statements:
        dialect = session.get_bind().dialect.name
        word = bindparam("word", "나", type_=String)
        found = select(word).where(one_of(dialect, word, "asked"))
        assert session.scalar(found, {"asked": [str(number) for number in range(500)]}) is None
    assert len(statements[0]) < 300
