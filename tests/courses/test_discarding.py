"""Throwing a draft away: what is lost is named, and nothing is lost that was not."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.domain import bank, discarding, drafts
from hanmadang.courses.models import BankUse, CourseDraft, CourseVersion, DraftUnit
from hanmadang.courses.reading import Table, read_question
from hanmadang.courses.writing import write_question
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotFoundError
from tests.factories import courses as make
from tests.factories.authoring import NOW, House, change_title, draft_units, make_editor, make_house
from tests.factories.events import make_institution

Write = Callable[[], Any]


@pytest.fixture
def pair(write: Write) -> House:
    """A draft that took a question from the bank and has a new title."""
    with write() as session:
        found = make_house(session, make.course(make.unit("one", [make.question()])))
        _take(session, found)
        change_title(session, found)
        return found


def _take(session: Any, house: House) -> None:
    spec = read_question(Table(write_question(make.question("kept"))))
    entry = bank.keep(
        session, house.first, [spec], institution_id=house.first.institution_id, now=NOW
    )[0]
    bank.take(session, house.first, draft_units(session, house.course_id)[0], entry, now=NOW)


def url(pair: House) -> str:
    return f"/en/desk/courses/{pair.course_id}/draft/discard"


def mark(read: Write, house: House) -> str:
    with read() as session:
        return discarding.mark_of(session, house.course_id)


def test_the_page_names_what_is_lost(pair: House, browser: Any) -> None:
    page = browser(pair.first.id).get(url(pair)).text
    assert "A new title" in page
    assert "Changed" in page
    korean = browser(pair.first.id).get(url(pair).replace("/en/", "/ko/")).text
    assert "초안 버리기" in korean
    assert "새 제목" in korean


def test_a_draft_that_used_the_bank_can_be_thrown_away(
    pair: House, browser: Any, read: Write
) -> None:
    page = browser(pair.first.id)
    answer = page.send(url(pair), {"mark": mark(read, pair)})
    assert answer.location == f"/en/desk/courses/{pair.course_id}"
    assert "The draft is gone." in page.get(answer.location).text
    with read() as session:
        for table in (CourseDraft, DraftUnit, BankUse):
            assert session.scalars(select(table)).all() == []
        assert session.scalars(select(CourseVersion.state)).all() == ["published"]


def test_pressing_twice_says_the_same(pair: House, browser: Any, read: Write) -> None:
    page, sent = browser(pair.first.id), {"mark": mark(read, pair)}
    assert [page.send(url(pair), sent).status_code for _time in range(2)] == [303, 303]


def test_what_somebody_saved_meanwhile_is_shown_first(
    pair: House, browser: Any, read: Write, write: Write
) -> None:
    seen = mark(read, pair)
    with write() as session:
        unit = draft_units(session, pair.course_id)[0]
        content = unit.content | {"title": {"ko": "또", "en": "Saved meanwhile"}}
        drafts.save_unit(session, pair.second, unit.id, content, revision=unit.revision, now=NOW)
    page = browser(pair.first.id)
    answer = page.send(url(pair), {"mark": seen})
    assert answer.status_code == 409
    assert "Saved meanwhile" in answer.text
    assert page.send(url(pair), {"mark": mark(read, pair)}).status_code == 303


def test_a_course_that_was_never_published_keeps_its_draft(
    write: Write, browser: Any, read: Write
) -> None:
    with write() as session:
        place = make_institution(session, "school").id
        editor = make_editor(session, place)
        title = {"title": {"ko": "새 강좌", "en": "New course"}}
        begun = drafts.begin(session, editor, title, institution_id=place, now=NOW)
        found = House(begun.course_id, editor, editor)
    page = browser(editor.id)
    assert "the draft is all there is of it" in page.get(url(found)).text
    assert page.send(url(found), {"mark": mark(read, found)}).status_code == 409
    with read() as session:
        assert session.get(CourseDraft, found.course_id) is not None


def test_what_is_added_to_a_draft_that_is_gone_is_refused(pair: House, write: Write) -> None:
    with write() as session:
        now = discarding.mark_of(session, pair.course_id)
        discarding.discard(session, pair.first, pair.course_id, mark=now)
        with pytest.raises(NotFoundError):
            drafts.add_module(session, pair.course_id, {"title": {}, "summary": {}})


def test_it_is_audited(pair: House, browser: Any, read: Write) -> None:
    browser(pair.first.id).send(url(pair), {"mark": mark(read, pair)})
    with read() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
        assert "course.draft-discarded" in actions
