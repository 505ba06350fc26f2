"""Bookmarks and notes: one's own, never overwritten unseen, and found again in a newer version."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.courses import domain, queries
from hanmadang.courses.domain.marks import NOTE_LENGTH, NoteConflictError, NoteTooLongError, Place
from hanmadang.courses.models import Mark
from hanmadang.courses.queries.marks import beginning_of, readable
from hanmadang.kernel.errors import NotFoundError, RefusedError
from hanmadang.kernel.permissions import NOBODY, Viewer
from hanmadang.kernel.text import UnusableTextError
from tests.conftest import Browser
from tests.courses.conftest import NOW, Classroom
from tests.courses.reading import UNIT, Write, only, page
from tests.factories import courses as make

LATER = NOW + timedelta(minutes=5)
JSON = {"Accept": "application/json"}


def place(room: Classroom, block: int = 0, heading: str = "") -> Place:
    return Place(room.course_id, "start", "one", block, heading)


def count(session: Any) -> int:
    session.flush()
    return int(session.scalar(select(func.count()).select_from(Mark)))


def test_a_bookmark_set_twice_is_one_and_taken_away_twice_is_none(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        for on, left in ((True, 1), (True, 1), (False, 0), (False, 0)):
            domain.bookmark(session, classroom.citizen, place(classroom, 1), on=on, now=NOW)
            assert count(session) == left


def test_a_note_outlives_its_bookmark_and_an_empty_one_goes(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        who, where = classroom.citizen, place(classroom, 1)
        domain.bookmark(session, who, where, on=True, now=NOW)
        domain.write_note(session, who, where, " 메모 \r\n둘째 줄 ", before="", now=NOW)
        domain.bookmark(session, who, where, on=False, now=NOW)
        mark = session.scalars(select(Mark)).one()
        assert (mark.bookmarked, mark.note) == (False, "메모 \n둘째 줄")
        domain.write_note(session, who, where, " ", before=domain.stamp(mark.note), now=LATER)
        assert count(session) == 0


def test_an_edit_that_began_from_an_older_text_is_refused(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        who, where = classroom.citizen, place(classroom)
        begun = domain.stamp(domain.write_note(session, who, where, "처음", before="", now=NOW))
        domain.write_note(session, who, where, "휴대전화에서", before=begun, now=LATER)
        with pytest.raises(NoteConflictError) as refused:
            domain.write_note(session, who, where, "컴퓨터에서", before=begun, now=LATER)
        assert refused.value.stored == "휴대전화에서"
        domain.write_note(session, who, where, "휴대전화에서", before=begun, now=LATER)


def test_what_no_note_can_be(classroom: Classroom, write: Write) -> None:
    with write() as session:
        who, where = classroom.citizen, place(classroom)
        with pytest.raises(NoteTooLongError):
            domain.write_note(session, who, where, "가" * (NOTE_LENGTH + 1), before="", now=NOW)
        with pytest.raises(UnusableTextError):
            domain.write_note(session, who, where, "a\x00b", before="", now=NOW)
        with pytest.raises((RefusedError, LookupError)):
            domain.write_note(session, NOBODY, where, "x", before="", now=NOW)
        assert count(session) == 0


def test_nobody_deletes_the_mark_of_another(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.bookmark(session, classroom.citizen, place(classroom), on=True, now=NOW)
        mark = session.scalars(select(Mark)).one()
        with pytest.raises(NotFoundError):
            domain.delete_mark(session, Viewer(account_id=999), mark.id)
        domain.delete_mark(session, classroom.citizen, mark.id)
        assert count(session) == 0


def test_a_mark_follows_its_block_into_a_newer_version(classroom: Classroom, write: Write) -> None:
    with write() as session:
        who = classroom.citizen
        for block in (1, 2):
            heading = beginning_of(session, classroom.units[0], block)
            domain.bookmark(session, who, place(classroom, block, heading), on=True, now=NOW)
        parts = [make.paragraph("new"), make.paragraph("first")]
        make.publish(session, make.course(make.unit("one", blocks=parts)))
        domain.switch(session, who, classroom.course_id, now=LATER)
        session.flush()
        marks = queries.my_marks(who.id, "en", session=session)
        assert [(mark.block, mark.anchor) for mark in marks] == [(1, "block-2"), (2, "block-2")]
        assert marks[0].heading == "This is paragraph first."


def test_a_mark_of_a_unit_that_is_gone_is_kept(classroom: Classroom, write: Write) -> None:
    with write() as session:
        who = classroom.citizen
        domain.write_note(session, who, place(classroom), "남긴 말", before="", now=NOW)
        make.publish(session, make.course(make.unit("other")))
        domain.switch(session, who, classroom.course_id, now=LATER)
        session.flush()
        [mark] = queries.my_marks(who.id, "ko", session=session)
        assert (mark.unit_title, mark.note) == (None, "남긴 말")


@pytest.mark.parametrize("amount", [1, 3])
def test_all_notes_cost_two_statements(
    classroom: Classroom, write: Write, count_queries: Callable[[], Any], amount: int
) -> None:
    with write() as session:
        for block in range(amount):
            domain.bookmark(session, classroom.citizen, place(classroom, block), on=True, now=NOW)
    with write() as session, count_queries() as statements:
        assert len(queries.my_marks(classroom.account_id, "ko", session=session)) == amount
    assert len([each for each in statements if each.startswith("SELECT")]) == 2


def test_without_script_a_bookmark_is_a_button_that_leads_back(
    sign_in: Callable[..., Browser], school: None
) -> None:
    citizen = sign_in()
    answer = citizen.send(f"{UNIT}/one/mark", {"block": "2", "bookmark": "yes"})
    assert (answer.status_code, answer.location) == (303, f"{UNIT}/one#block-2")
    html = page(citizen, f"{UNIT}/one")
    assert html.count('aria-pressed="true"') == 1
    assert citizen.send(f"{UNIT}/one/mark", {"block": "9", "bookmark": "yes"}).status_code == 404


def test_a_script_saves_notes_and_hears_of_conflicts(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    citizen = sign_in()
    url = f"{UNIT}/one/note"
    told = citizen.send(url, {"block": "1", "note": "하나", "before": ""}, headers=JSON).get_json()
    assert told == {"before": domain.stamp("하나")}
    other = citizen.send(url, {"block": "1", "note": "둘", "before": "old"}, headers=JSON)
    assert (other.status_code, other.get_json()["stored"]) == (409, "하나")
    assert only(read, Mark).note == "하나"


def test_without_script_a_conflict_shows_both_texts(
    sign_in: Callable[..., Browser], school: None
) -> None:
    citizen = sign_in()
    url = "/en/courses/division/start/one/note"
    citizen.send(url, {"block": "0", "note": "from the phone", "before": ""})
    answer = citizen.send(url, {"block": "0", "note": "from the desk", "before": "old"})
    assert answer.status_code == 409
    assert "from the phone" in answer.text
    assert "from the desk</textarea>" in answer.text
    fields = {"block": "0", "note": "both", "before": domain.stamp("from the phone")}
    assert citizen.send(url, fields).status_code == 303


def test_a_note_that_cannot_be_stored_is_refused_on_a_page(
    sign_in: Callable[..., Browser], school: None
) -> None:
    assert sign_in().send(f"{UNIT}/one/note", {"block": "1", "note": "a\x00"}).status_code == 422


def test_my_notes_are_gathered_searched_and_mine_alone(
    sign_in: Callable[..., Browser], school: None
) -> None:
    citizen = sign_in()
    citizen.send(f"{UNIT}/one/note", {"block": "1", "note": "통일을 생각하며", "before": ""})
    citizen.send(f"{UNIT}/two/note", {"block": "2", "note": "이산가족", "before": ""})
    html = page(citizen, "/ko/my/notes")
    assert 'href="/ko/courses/division/start/one#block-1"' in html
    assert "이산가족" in html
    found = page(citizen, "/ko/my/notes?q=통일은")
    assert ("통일을 생각하며" in found, "이산가족" in found) == (True, False)
    assert "아직 메모가 없습니다" in page(sign_in(), "/ko/my/notes")


def test_notes_leave_as_text_and_as_a_table(sign_in: Callable[..., Browser], school: None) -> None:
    citizen = sign_in()
    note = "=SUM(1)\n둘째 줄"
    citizen.send(f"{UNIT}/one/note", {"block": "1", "note": note, "before": ""})
    text = citizen.get("/en/my/notes.md")
    assert text.headers["Content-Disposition"] == 'attachment; filename="my-notes.md"'
    assert "## Division and armistice\n\n### Unit one\n\nThis is paragraph" in text.text
    assert "> =SUM(1)\n> 둘째 줄\n" in text.text
    rows = list(csv.reader(io.StringIO(citizen.get("/en/my/notes.csv").data.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Course", "Unit"]
    assert rows[1][3:5] == ["no", f"'{note}"]
    assert rows[1][6] == "http://localhost/en/courses/division/start/one#block-1"


def test_a_long_beginning_is_cut_after_a_word() -> None:
    assert readable("The war") == "The war"
    assert readable(f"{'word ' * 15}1948:") == f"{'word ' * 14}word …"
    assert readable("통" * 80) == f"{'통' * 80} …"
