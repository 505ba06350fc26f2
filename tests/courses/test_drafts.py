"""Writing a draft: from nothing or from a version, part by part, nothing overwritten unseen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hanmadang.courses.domain import discarding, drafts, outline, submitting
from hanmadang.courses.editing.file import unit_content, unit_file
from hanmadang.courses.models import CourseDraft, DraftModule, VersionDocument
from hanmadang.courses.queries.documents import rows_file
from hanmadang.courses.queries.drafts import draft_file, modules_of, revision_of, units_of
from hanmadang.courses.reading import Table, read_course, read_unit
from hanmadang.courses.writing import content_hash, write_course, write_unit
from tests.factories import courses as make
from tests.factories.authoring import NOW, change_title, draft_units, make_editor, make_house
from tests.factories.course_kinds import BLOCKS, QUESTIONS

Write = Callable[[], Any]


def whole_course() -> Any:
    """Every kind of question, and the blocks whose text is their own."""
    many = make.unit("many", QUESTIONS, BLOCKS[:3], needs=("families",))
    return make.course(make.unit("one"), many)


def test_a_file_becomes_a_draft_and_the_same_file_again() -> None:
    file = write_unit(make.unit("many", QUESTIONS, BLOCKS))
    assert unit_file("many", unit_content(file)) == file
    assert write_unit(read_unit(Table(unit_file("many", unit_content(file))))) == file


def test_draft_file_spec_version_and_file_are_one(write: Write) -> None:
    with write() as session:
        house = make_house(session, whole_course(), shared=False)
        before = draft_file(session, house.course_id)
        change_title(session, house)
        file = draft_file(session, house.course_id)
        version = submitting.submit(session, house.first, house.course_id, now=NOW)
        stored = session.get_one(VersionDocument, version.id).content
        assert before == write_course(whole_course())
        assert stored == file == write_course(read_course(file)) == rows_file(session, version)
        assert version.content_hash == content_hash(read_course(file))


def test_an_old_version_without_a_document_is_read_from_its_rows(write: Write) -> None:
    with write() as session:
        version = make.publish(session, whole_course())
        session.delete(session.get_one(VersionDocument, version.id))
        session.flush()
        assert rows_file(session, version) == write_course(whole_course())


def test_a_new_course_is_read_by_nobody(write: Write, client: Any) -> None:
    with write() as session:
        editor = make_editor(session, None)
        title = {"title": {"ko": "새 강좌", "en": "New course"}}
        draft = drafts.begin(session, editor, title, institution_id=None, now=NOW)
        assert draft_file(session, draft.course_id)["slug"] == "new-course"
    assert client.get("/en/courses/new-course").status_code == 404
    assert "New course" not in client.get("/en/courses").text


def test_who_saves_on_an_older_revision_is_refused(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        unit = change_title(session, house)
        mine = unit.content | {"title": {"ko": "나중", "en": "Later"}}
        with pytest.raises(drafts.StaleDraftError):
            drafts.save_unit(session, house.second, unit.id, mine, revision=1, now=NOW)
        session.refresh(unit)
        assert unit.content["title"]["ko"] == "새 제목"


def test_the_same_content_again_is_no_conflict(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        unit = change_title(session, house)
        again = drafts.save_unit(session, house.first, unit.id, unit.content, revision=1, now=NOW)
        assert again == unit.revision == 2


def test_two_units_never_meet(write: Write) -> None:
    with write() as session:
        house = make_house(session, make.course(make.unit("one"), make.unit("two")))
        one, two = draft_units(session, house.course_id)
        for unit, who in ((one, house.first), (two, house.second)):
            content = unit.content | {"minutes": {"ko": 9, "en": 9}}
            drafts.save_unit(session, who, unit.id, content, revision=1, now=NOW)
        saved = draft_units(session, house.course_id)
        assert [unit.content["minutes"]["ko"] for unit in saved] == [9, 9]


def test_every_earlier_state_of_a_unit_is_kept_for_a_while(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        unit_id = draft_units(session, house.course_id)[0].id
        for number in range(1, drafts.KEPT + 5):
            content = {"minutes": {"ko": number, "en": 1}}
            drafts.save_unit(session, house.first, unit_id, content, revision=number, now=NOW)
        last = drafts.KEPT + 5
        assert revision_of(session, unit_id, last - 1) == {"minutes": {"ko": last - 2, "en": 1}}
        assert revision_of(session, unit_id, 1) is None


def test_heads_are_guarded_by_their_revision(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        head = session.get_one(CourseDraft, house.course_id).head
        drafts.save_head(session, house.first, house.course_id, head, revision=1, now=NOW)
        with pytest.raises(drafts.StaleDraftError):
            drafts.save_head(session, house.second, house.course_id, head, revision=1, now=NOW)
        module = modules_of(session, house.course_id)[0]
        drafts.save_module(session, module.id, module.head, revision=1)
        with pytest.raises(drafts.StaleDraftError):
            drafts.save_module(session, module.id, module.head, revision=1)


def test_units_move_past_the_end_of_their_module(write: Write) -> None:
    with write() as session:
        house = make_house(session, make.course(make.unit("one"), make.unit("two")))
        title = {"ko": "둘째 모듈", "en": "Second"}
        second = drafts.add_module(session, house.course_id, {"title": title, "summary": {}})
        one = draft_units(session, house.course_id)[0]
        outline.move_unit(session, one, by=1)
        assert [unit.slug for unit in draft_units(session, house.course_id)] == ["two", "one"]
        outline.move_unit(session, one, by=1)
        assert one.module_id == second.id
        outline.move_module(session, session.get_one(DraftModule, second.id), by=-1)
        assert [unit.slug for unit in draft_units(session, house.course_id)] == ["one", "two"]


def test_a_removed_unit_comes_back_where_it_was(write: Write) -> None:
    with write() as session:
        house = make_house(session, make.course(make.unit("one"), make.unit("two")))
        one, two = draft_units(session, house.course_id)
        outline.remove_unit(one, now=NOW)
        assert [unit.slug for unit in draft_units(session, house.course_id)] == ["two"]
        outline.restore(session, one)
        assert [unit.slug for unit in draft_units(session, house.course_id)] == ["one", "two"]
        module = modules_of(session, house.course_id)[0]
        with pytest.raises(drafts.LastUnitError):
            outline.remove_module(session, module, now=NOW)
        assert units_of(session, module.id) == [one, two]


def test_a_draft_thrown_away_begins_anew_from_what_is_published(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        change_title(session, house)
        mark = discarding.mark_of(session, house.course_id)
        discarding.discard(session, house.first, house.course_id, mark=mark)
        drafts.open_draft(session, house.first, house.course_id, now=NOW)
        assert draft_file(session, house.course_id) == write_course(make.course())


def test_names_in_addresses_are_free_ones(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        module = modules_of(session, house.course_id)[0]
        title = {"en": "Über One!", "ko": "하나"}
        slugs = [
            drafts.add_unit(session, house.first, module.id, title, now=NOW).slug for _ in range(2)
        ]
        korean = drafts.add_unit(session, house.first, module.id, {"ko": "하나"}, now=NOW)
        assert [*slugs, korean.slug] == ["ber-one", "ber-one-2", "unit"]


def test_what_a_version_said_of_itself_is_in_the_draft(write: Write) -> None:
    with write() as session:
        spec = replace(make.course(), audience=make.text("교사", "Teachers"))
        house = make_house(session, spec)
        head = session.get_one(CourseDraft, house.course_id).head
        assert head["audience"] == {"ko": "교사", "en": "Teachers"}
