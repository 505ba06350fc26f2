"""Catalogue health: each finding from a planted fault, and all well without any."""

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from hanmadang.courses.models import CourseVersion
from hanmadang.courses.specs import VideoBlock
from hanmadang.curricula.graph import edits
from hanmadang.curricula.models import ChangeKind
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.curricula.queries.health import Ill, health_page
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Role
from tests.conftest import Browser
from tests.curricula.conftest import Opener
from tests.factories import courses
from tests.factories.curricula import publish_shelf, taught
from tests.factories.graph import editors, lay, needing, settled, spec

SignIn = Callable[..., Browser]
VIEW = Bilingual.of(ko="정부의 관점", en="The state")
OTHER = Bilingual.of(ko="주민의 관점", en="The people")


def ills(session: Session) -> dict[Ill, list[str]]:
    """What was found: codes of competencies and slugs of lessons."""
    page = health_page(session, clock.now())
    return {
        ill: [row.competency or (row.unit.unit_slug if row.unit else "") for row in rows]
        for ill, rows in page.by_ill().items()
    }


def test_competencies_without_lessons_and_questions(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        found = ills(session)
    assert found[Ill.NO_UNIT] == ["armistice-contents", "families"]
    assert found[Ill.ONE_UNIT] == ["armistice", "peace", "songs", "war"]
    assert "armistice" not in found[Ill.NO_QUESTION]
    assert "peace" in found[Ill.NO_QUESTION]


def test_a_lesson_that_needs_what_nobody_teaches_and_one_that_hangs_on_it(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        settled(session, editors(session), needing(session, "war", "families"))
        found = ills(session)
    assert found[Ill.UNTAUGHT_NEED] == ["war"]
    assert found[Ill.UNREACHABLE] == ["line", "peace"]


def test_an_alternative_that_is_taught_is_enough(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        settled(session, editors(session), needing(session, "war", ("families", "songs")))
        found = ills(session)
    assert Ill.UNTAUGHT_NEED not in found
    assert Ill.UNREACHABLE not in found


@pytest.mark.parametrize(
    ("second", "alone"), [(None, ["state"]), (VIEW, ["state", "more"]), (OTHER, [])]
)
def test_one_viewpoint_needs_another(
    write: Opener, second: Bilingual | None, alone: list[str]
) -> None:
    with write() as session:
        publish_shelf(
            session,
            taught("state", "war", "history", perspective=VIEW),
            taught("more", "war", "history", perspective=second),
        )
        found = ills(session)
    assert found.get(Ill.ONE_SIDED, []) == alone
    assert "state" in found[Ill.UNLISTED]


def test_missing_languages_and_captions(write: Opener) -> None:
    film = VideoBlock(
        Bilingual.of(ko="영상", en="A film"), "https://example.org/film.mp4", 60,
        Bilingual.of(ko="대본", en="Words"),
    )  # fmt: skip
    with write() as session:
        publish_shelf(
            session,
            taught("korean", "war", "history", title=Bilingual.of(ko="우리말만")),
            taught("film", "war", "history", blocks=(film,)),
        )
        page = health_page(session, clock.now())
        rows = {(row.ill, row.unit.unit_slug): row.languages for row in page.rows if row.unit}
    assert rows[Ill.LANGUAGE, "korean"] == ("en",)
    assert rows[Ill.CAPTIONS, "film"] == ("ko", "en")
    assert (Ill.LANGUAGE, "film") not in rows


def test_lessons_that_nobody_begins_after_a_month(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        for days, found in ((29, []), (31, ["war", "line", "peace", "songs"])):
            then = clock.now() - timedelta(days=days)
            session.execute(update(CourseVersion).values(published_at=then))
            assert ills(session).get(Ill.UNTAKEN, []) == found


def test_merged_words_are_named_and_count_for_their_successor(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        merger = edits.merged(read_graph(session), "songs", "families")
        settled(session, editors(session), merger, kind=ChangeKind.MERGE)
        found = ills(session)
        lesson = next(
            x for x in read_shelf(session, "ko").lessons.values() if x.unit_slug == "songs"
        )
    assert found[Ill.OLD_WORD] == ["songs"]
    assert lesson.teaches == (("families", 0.7),)
    assert "families" not in found[Ill.NO_UNIT]


def test_all_is_well_where_nothing_is_missing(write: Opener, sign_in: SignIn) -> None:
    editor = sign_in(Role.ORGANIZER)
    with write() as session:
        lay(session, spec("armistice"))
        units = (
            courses.unit("one", topics=("history",), questions=(courses.question(),)),
            courses.unit("two", topics=("history",), questions=(courses.question(),)),
        )
        courses.publish(session, courses.course(*units))
        session.execute(update(CourseVersion).values(published_at=clock.now()))
        unused = edits.retired(read_graph(session), "families")
        settled(session, editors(session), unused, kind=ChangeKind.RETIRE)
        assert ills(session) == {}
    assert "All is well: nothing is missing." in editor.get("/en/desk/health").text
    assert "아무 문제가 없습니다" in editor.get("/ko/desk/health").text


def test_each_row_leads_to_where_it_is_mended_and_leaves_as_csv(
    write: Opener, sign_in: SignIn
) -> None:
    with write() as session:
        publish_shelf(
            session, taught("korean", "war", "history", title=Bilingual.of(ko="우리말만"))
        )
    partner, organizer = sign_in(Role.PARTNER_EDITOR), sign_in(Role.ORGANIZER)
    text = html.unescape(organizer.get("/en/desk/health").text)
    assert 'href="/en/desk/graph/competencies/families"' in text
    assert 'href="/en/desk/courses/1"' in text
    assert 'href="/en/desk/courses/1"' not in partner.get("/en/desk/health").text
    sheet = organizer.get("/en/desk/health.csv")
    assert sheet.data.decode("utf-8-sig").splitlines()[0].startswith('"finding","code"')
    assert '"no_unit","families"' in sheet.text
