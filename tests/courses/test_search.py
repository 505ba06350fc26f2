"""Searching courses: Korean as Korean is written, each reader's own version, never a draft."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text

from hanmadang.courses import domain
from hanmadang.courses.domain.passages import index_version, unindexed
from hanmadang.courses.jobs import index_versions
from hanmadang.courses.models import CourseVersion, Passage, VersionState, WordPlace
from hanmadang.courses.plain import plain_of
from hanmadang.courses.queries import search
from hanmadang.courses.specs import TextBlock
from hanmadang.kernel.db import db, is_sqlite
from hanmadang.kernel.searching import words_in
from tests.conftest import Browser
from tests.courses.conftest import NOW, Classroom
from tests.courses.reading import UNIT, Write, page
from tests.factories import courses as make
from tests.factories import library as catalogue

NFD = unicodedata.normalize("NFD", "통일")


def block(korean: str, english: str) -> TextBlock:
    return TextBlock(make.text(korean, english))


@pytest.fixture
def library(write: Write) -> None:
    """Two courses that speak of unification, of 남부 and of 남북."""
    with write() as session:
        first = make.unit(
            "one",
            blocks=[
                block("### 통일이란\n\n**통일**은 과정입니다.", "### Unification\n\nIt is a road."),
                block("### 남부\n\n남부 지방의 밥상.", "### The south\n\nFood of the south."),
            ],
        )
        second = make.unit("two", [make.question(text=make.text("남북 합의는?", "Which accord?"))])
        make.publish(session, make.course(first))
        make.publish(session, make.course(second, slug="accords", position=2))


def links(html: str) -> list[str]:
    marker = '<h2 class="hits__title"><a href="'
    return [piece.partition('"')[0] for piece in html.split(marker)[1:]]


@pytest.mark.parametrize("query", ["통일", "통일을", "통일은", "통일이란", NFD, "UNIFICATION"])
def test_particles_forms_and_languages_do_not_hinder(
    client: Browser, library: None, query: str
) -> None:
    assert links(page(client, f"/ko/search/courses?q={query}")) == [f"{UNIT}/one#block-1"]


def test_a_syllable_is_not_the_beginning_of_another(client: Browser, library: None) -> None:
    assert links(page(client, "/ko/search/courses?q=남부")) == [f"{UNIT}/one#block-2"]
    assert links(page(client, "/ko/search/courses?q=남북")) == [
        "/ko/courses/accords/start/two#question-first"
    ]


def test_hits_are_marked_and_nothing_is_markup(client: Browser, library: None) -> None:
    html = page(client, "/ko/search/courses?q=통일")
    assert "<mark>통일</mark>은 과정입니다." in html
    assert "&lt;b&gt;" in page(client, "/ko/search/courses?q=<b>")


def test_a_search_stays_in_its_course(client: Browser, library: None) -> None:
    assert "없습니다" in page(client, "/ko/search/courses?q=남북&course=division")
    assert len(links(page(client, "/ko/search/courses?q=남북&course=accords"))) == 1


def test_nothing_found_says_what_helps(client: Browser, library: None) -> None:
    html = page(client, "/en/search/courses?q=zeppelin&course=division")
    assert "Nothing found" in html
    assert 'href="/en/search/courses?q=zeppelin"' in html


@pytest.mark.parametrize("query", ["", "%20", "%", "_", "!", "....", "a" * 500])
def test_whatever_is_typed_is_answered(client: Browser, library: None, query: str) -> None:
    assert links(page(client, f"/ko/search/courses?q={query}")) == []


def test_a_draft_is_never_found(client: Browser, library: None, write: Write) -> None:
    with write() as session:
        version = session.scalars(select(CourseVersion)).first()
        version.state, version.published_at = VersionState.DRAFT.value, None
    assert links(page(client, "/ko/search/courses?q=통일")) == []


def test_each_reader_searches_the_version_they_read(
    sign_in: Callable[..., Browser], client: Browser, library: None, write: Write
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    with write() as session:
        make.publish(session, make.course(make.unit("one", blocks=[block("평화", "Peace")])))
    assert len(links(page(citizen, "/ko/search/courses?q=통일"))) == 1
    assert links(page(client, "/ko/search/courses?q=통일")) == []
    assert len(links(page(client, "/ko/search/courses?q=평화"))) == 1


def test_results_tell_how_far_one_came(sign_in: Callable[..., Browser], library: None) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    page(citizen, f"{UNIT}/one")
    assert "Started" in page(citizen, "/en/search/courses?q=unification")
    citizen.send(f"{UNIT}/one/done")
    assert "Done" in page(citizen, "/en/search/courses?q=unification")


@pytest.mark.parametrize("amount", [1, 5])
def test_a_search_costs_the_same_however_much_there_is(
    client: Browser, write: Write, count_queries: Callable[[], Any], amount: int
) -> None:
    with write() as session:
        units = [make.unit(f"u-{n}") for n in range(amount)]
        make.publish(session, make.course(*units))
    with count_queries() as statements:
        assert len(links(page(client, "/en/search/courses?q=paragraph first"))) == amount
    assert len(statements) == 2


def test_versions_from_before_are_written_down_by_the_job(
    app: Any, classroom: Classroom, write: Write, read: Write
) -> None:
    counted = select(func.count()).select_from(Passage)
    with read() as session:
        before = session.scalar(counted)
    with write() as session:
        session.execute(delete(WordPlace))
        session.execute(delete(Passage))
        assert unindexed(session) == [classroom.version_id]
    index_versions(app)
    with read() as session:
        assert session.scalar(counted) == before
        assert unindexed(session) == []


def test_writing_down_twice_is_the_same(classroom: Classroom, write: Write) -> None:
    def rows(session: Any) -> list[Any]:
        asked = select(Passage.language, Passage.place, Passage.anchor, Passage.search)
        return [tuple(row) for row in session.execute(asked.order_by(*asked.selected_columns))]

    with write() as session:
        before = rows(session)
        index_version(session, classroom.version_id)
        assert rows(session) == before


def test_a_query_has_few_words_each_once() -> None:
    words = words_in("통일을 통일을 a b c d e f g")
    assert len(words) == 6
    assert words_in("\x00") == ()


def test_paragraphs_do_not_grow_together() -> None:
    assert plain_of("<p>하나</p><ul><li>둘</li></ul><strong>셋</strong>은") == "하나 둘 셋은"


def test_bookmarks_do_not_need_passages(classroom: Classroom, write: Write) -> None:
    with write() as session:
        session.execute(delete(WordPlace))
        session.execute(delete(Passage))
        place = domain.marks.Place(classroom.course_id, "start", "one", 1)
        domain.bookmark(session, classroom.citizen, place, on=True, now=NOW)


def test_the_readers_language_comes_first(client: Browser, write: Write) -> None:
    with write() as session:
        blocks = [block("정전", "DMZ alone"), block("### DMZ\n\nDMZ는", "The zone")]
        make.publish(session, make.course(make.unit("one", blocks=blocks)))
    assert links(page(client, "/en/search/courses?q=dmz")) == [
        "/en/courses/division/start/one#block-1", "/en/courses/division/start/one#block-2",
    ]  # fmt: skip


def test_words_may_stand_in_any_order_and_within_others(client: Browser, write: Write) -> None:
    with write() as session:
        blocks = [block("한국정전협정은 1953년에", "A"), block("정전만", "B")]
        make.publish(session, make.course(make.unit("one", blocks=blocks)))
    assert links(page(client, "/ko/search/courses?q=1953 정전협정")) == [f"{UNIT}/one#block-1"]
    assert links(page(client, "/ko/search/courses?q=정전"))[1:] == [
        f"{UNIT}/one#block-1", f"{UNIT}/one#block-2",
    ]  # fmt: skip


def test_more_than_can_be_read_is_said(
    client: Browser, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_CANDIDATES", 2)
    with write() as session:
        blocks = [block("평화", "A"), block("평화", "B"), block("### 평화\n\n글", "C")]
        make.publish(session, make.course(make.unit("one", blocks=blocks)))
    html = page(client, "/ko/search/courses?q=평화")
    assert "더 있습니다" in html
    assert links(html)[0] == f"{UNIT}/one#block-3"


def test_an_endless_word_is_found_at_its_end(client: Browser, write: Write) -> None:
    with write() as session:
        long = block("통일" * 900 + "평화", "A")
        make.publish(session, make.course(make.unit("one", blocks=[long])))
    assert links(page(client, "/ko/search/courses?q=통일평화")) == [f"{UNIT}/one#block-1"]


def test_a_search_reads_words_and_no_texts_that_do_not_answer(
    client: Browser, write: Write, count_queries: Callable[[], Any], app: Any
) -> None:
    with write() as session:
        catalogue.fill(session, 2, 3)
    with count_queries() as statements:
        page(client, "/ko/search/courses?q=정전협정 평화")
    asked = [each for each in statements if "course_word_place" in str(each)]
    assert len(statements) == 2
    assert len(asked) == 1
    with app.app_context():
        if is_sqlite():
            assert not {"SCAN course_passage", "SCAN course_word_place"} & set(plan(asked[0]))


def plan(statement: Any) -> list[str]:
    """What SQLite reads for it, step by step, without the names of indexes."""
    bound = re.sub(r":\w+|\?", "''", str(statement))
    rows = db.session.execute(text(f"EXPLAIN QUERY PLAN {bound}"))
    return [row.detail.partition(" USING")[0] for row in rows]
