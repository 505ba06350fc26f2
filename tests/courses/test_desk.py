"""The authors' desk by its pages: nothing is lost, and nobody else's course is there."""

from collections.abc import Callable
from typing import Any

import pytest

from hanmadang.courses.domain import bank
from hanmadang.courses.models import BankUse, CourseDraft, CourseVersion, DraftUnit
from hanmadang.courses.queries import bank as bank_reads
from hanmadang.courses.reading import Table, read_question
from hanmadang.courses.writing import write_question
from hanmadang.kernel.errors import ConflictError, RefusedError
from hanmadang.people.models import Account
from tests.courses.test_editing import as_sent
from tests.factories import courses as make
from tests.factories.authoring import (
    NOW,
    House,
    draft_units,
    hand_in,
    make_editor,
    make_house,
)
from tests.factories.people import open_session

Write = Callable[[], Any]


@pytest.fixture
def pair(write: Write) -> House:
    with write() as session:
        return make_house(session, make.course(make.unit("one", [make.question()])))


@pytest.fixture
def enter(app: Any, write: Write) -> Callable[[Any], Any]:
    """A browser in which that viewer is signed in."""

    def browser(viewer: Any) -> Any:
        with write() as session:
            cookie = open_session(session, session.get_one(Account, viewer.id))
        client = app.test_client()
        client.set_cookie("hm_session", cookie)
        return client

    return browser


@pytest.fixture
def unit_id(pair: House, read: Write) -> int:
    with read() as session:
        return draft_units(session, pair.course_id)[0].id


def form_of(read: Write, unit_id: int) -> dict[str, Any]:
    """What the editor's form holds now."""
    with read() as session:
        unit = session.get_one(DraftUnit, unit_id)
        sent = as_sent(unit.content)
        return {name: sent.getlist(name) for name in sent} | {"revision": str(unit.revision)}


def test_saving_without_script_leads_back_to_the_editor(
    pair: House, unit_id: int, enter: Any, read: Write
) -> None:
    browser, url = enter(pair.first), f"/en/desk/courses/units/{unit_id}"
    fields = form_of(read, unit_id) | {"title.en": "Renamed"}
    assert browser.send(url, fields).location == f"{url}#save"
    assert "Renamed" in browser.get(url).text


def test_saving_with_script_says_the_revision_and_the_time(
    pair: House, unit_id: int, enter: Any, read: Write
) -> None:
    fields = form_of(read, unit_id) | {"title.ko": "새 이름"}
    answer = enter(pair.first).send(
        f"/ko/desk/courses/units/{unit_id}", fields, headers={"Accept": "application/json"}
    )
    assert answer.json["revision"] == 2
    assert answer.json["saved"].startswith(("저장됨 오전", "저장됨 오후"))


def test_the_second_of_two_is_shown_both_texts_and_chooses(
    pair: House, unit_id: int, enter: Any, read: Write
) -> None:
    url = f"/en/desk/courses/units/{unit_id}"
    first, second = enter(pair.first), enter(pair.second)
    before = form_of(read, unit_id)
    first.send(url, before | {"title.en": "Hers"})
    script = second.send(url, before | {"title.en": "His"}, headers={"Accept": "application/json"})
    assert script.status_code == 409
    refused = second.send(url, before | {"title.en": "His", "minutes.ko": "44"})
    assert refused.status_code == 409
    assert "What you wrote" in refused.text
    assert all(word in refused.text for word in ("Hers", "His", "44"))
    chosen = {"merge": "1", "theirs": "2", "pick.title.en": "mine", "pick.minutes": "mine"}
    second.send(url, before | {"title.en": "His", "minutes.ko": "44"} | chosen)
    with read() as session:
        content = session.get_one(DraftUnit, unit_id).content
        assert (content["title"]["en"], content["minutes"]["ko"]) == ("His", 44)


def test_a_part_removed_by_mistake_comes_back(
    pair: House, unit_id: int, enter: Any, read: Write
) -> None:
    browser, url = enter(pair.first), f"/en/desk/courses/units/{unit_id}"
    fields = form_of(read, unit_id) | {"press": "remove:questions.first"}
    page = browser.send(url, fields, follow_redirects=True).text
    assert "Undo" in page
    browser.send(f"{url}/restore", {"to": "1", "revision": "2"})
    with read() as session:
        assert [q["slug"] for q in session.get_one(DraftUnit, unit_id).content["questions"]] == [
            "first"
        ]


@pytest.mark.parametrize(("language", "words"), [("ko", "두 사람이"), ("en", "Two people")])
def test_the_conflict_is_told_in_the_editors_language(
    language: str, words: str, pair: House, unit_id: int, enter: Any
) -> None:
    answer = enter(pair.first).send(
        f"/{language}/desk/courses/units/{unit_id}", {"revision": "0", "title.ko": "x"}
    )
    assert (answer.status_code, words in answer.text) == (409, True)


def test_another_institutions_course_is_not_there(
    pair: House, unit_id: int, enter: Any, write: Write
) -> None:
    with write() as session:
        stranger = make_editor(session, None)
    browser = enter(stranger)
    for path in (
        f"{pair.course_id}", f"{pair.course_id}/submit", f"units/{unit_id}",
        f"units/{unit_id}/preview", "versions/1",
    ):  # fmt: skip
        assert browser.get(f"/en/desk/courses/{path}").status_code == 404
    assert browser.get("/en/desk/courses").status_code == 200


def test_what_is_missing_leads_to_its_field(
    pair: House, unit_id: int, enter: Any, write: Write
) -> None:
    with write() as session:
        unit = session.get_one(DraftUnit, unit_id)
        unit.content = unit.content | {"title": {"ko": "제목"}}
    browser = enter(pair.first)
    link = f"/en/desk/courses/units/{unit_id}?check=1#f-title-en"
    assert link in browser.get(f"/en/desk/courses/{pair.course_id}/submit").text
    assert 'id="f-title-en"' in browser.get(link).text


def test_signing_by_the_page_publishes(pair: House, enter: Any, write: Write, read: Write) -> None:
    with write() as session:
        version = hand_in(session, pair)
        mark, version_id = version.content_hash, version.id
    url = f"/en/desk/courses/versions/{version_id}"
    for who in (pair.first, pair.second):
        browser = enter(who)
        page = browser.get(url).text
        assert "Sign this version" in page
        assert "[added:" in page
        browser.send(f"{url}/sign", {"content_hash": mark})
    with read() as session:
        assert session.get_one(CourseVersion, version_id).state == "published"
    trail = enter(pair.first).get(f"/en/desk/courses/{pair.course_id}/trail").text
    assert trail.count("Signed for an institution") == 2
    assert "version.signed" not in trail


def test_a_preview_shows_what_reads_well_and_names_the_rest(
    pair: House, unit_id: int, enter: Any, write: Write
) -> None:
    with write() as session:
        unit = session.get_one(DraftUnit, unit_id)
        broken = {"key": "k", "kind": "text", "body": {"ko": "한국어만"}}
        unit.content = unit.content | {"blocks": [*unit.content["blocks"], broken]}
    page = enter(pair.first).get(f"/en/desk/courses/units/{unit_id}/preview?show=phone").text
    assert "This is paragraph first." in page
    assert "first 문단입니다." in page
    assert "Lesson text · English: this is missing" in page


def test_the_editor_asks_the_database_a_fixed_number_of_times(
    pair: House, unit_id: int, enter: Any, count_queries: Any, write: Write
) -> None:
    browser = enter(pair.first)
    counts = []
    for number in (1, 6):
        with write() as session:
            unit = session.get_one(DraftUnit, unit_id)
            unit.content = unit.content | {
                "blocks": [{"key": f"k{n}", "kind": "text"} for n in range(number)]
            }
        with count_queries() as statements:
            browser.get(f"/en/desk/courses/units/{unit_id}")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_the_desk_lists_courses_with_one_statement_however_many(
    pair: House, enter: Any, count_queries: Any, write: Write
) -> None:
    browser, counts = enter(pair.first), []
    for slug in ("second", "third"):
        with count_queries() as statements:
            browser.get("/en/desk/courses")
        counts.append(len(statements))
        with write() as session:
            place = pair.first.institution_id
            make.publish(session, make.course(slug=slug), institution_id=place)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("door", ["bank", "import", "files"])
def test_each_tool_of_authors_is_found_from_their_desk(pair: House, enter: Any, door: str) -> None:
    browser = enter(pair.first)
    assert f'href="/ko/desk/courses/{door}"' in browser.get("/ko/desk/courses").text
    assert 'href="/ko/desk/courses"' in browser.get(f"/ko/desk/courses/{door}").text


@pytest.mark.parametrize(
    ("path", "words"), [("", ("빼기", "문제 은행")), ("/bank", ("문항", "문제 은행"))]
)
def test_the_desk_speaks_of_quizzes_and_not_of_polls(
    pair: House, enter: Any, path: str, words: tuple[str, ...]
) -> None:
    browser = enter(pair.first)
    pages = [browser.get(f"/ko/desk/courses{path}").text]
    if not path:
        pages.append(browser.get(f"/ko/desk/courses/{pair.course_id}").text)
    page = "".join(pages)
    assert all(each in page for each in words)
    assert not {each for each in ("질문 은행", "연결 해제") if each in page}


def test_a_new_course_begins_with_a_title_alone(pair: House, enter: Any, read: Write) -> None:
    browser = enter(pair.first)
    assert browser.send("/en/desk/courses/new", {}).status_code == 422
    answer = browser.send("/en/desk/courses/new", {"title.en": "Songs"})
    page = browser.get(answer.location).text
    assert "Songs" in page
    with read() as session:
        assert len(session.query(CourseDraft).all()) == 2


def question(text: str = "Why?") -> Any:
    return make.question(text=make.text("왜?", text))


def test_a_question_of_the_bank_is_copied_and_told_when_it_changes(
    pair: House, unit_id: int, write: Write
) -> None:
    with write() as session:
        place = pair.first.institution_id
        entry = bank.keep(session, pair.first, [question()], institution_id=place, now=NOW)[0]
        unit = session.get_one(DraftUnit, unit_id)
        slug = bank.take(session, pair.second, unit, entry, now=NOW)
        assert [q["slug"] for q in unit.content["questions"]] == ["first", slug]
        assert not bank_reads.origins_of(session, unit_id)[slug].changed
        newer = write_question(question("Why not?"))
        bank.rewrite(session, pair.first, entry, newer, content_hash=entry.content_hash, now=NOW)
        assert bank_reads.origins_of(session, unit_id)[slug].changed
        assert [use.changed for use in bank_reads.uses_of(session, pair.first, entry)] == [True]
        assert unit.content["questions"][1]["text"]["en"] == "Why?"
        bank.renew(session, pair.second, unit, slug, now=NOW)
        assert unit.content["questions"][1]["text"]["en"] == "Why not?"
        assert session.get_one(BankUse, (unit_id, slug)).content_hash == entry.content_hash


def test_an_entry_of_the_bank_names_no_draft_to_those_who_do_not_write_it(
    pair: House, unit_id: int, write: Write
) -> None:
    with write() as session:
        place = pair.first.institution_id
        entry = bank.keep(session, pair.first, [question()], institution_id=place, now=NOW)[0]
        bank.take(session, pair.first, session.get_one(DraftUnit, unit_id), entry, now=NOW)
        stranger = make_editor(session, None)
        assert bank_reads.uses_of(session, stranger, entry) == []
        assert [use.unit_id for use in bank_reads.uses_of(session, pair.second, entry)] == [unit_id]


def test_the_same_question_is_kept_once(pair: House, write: Write) -> None:
    with write() as session:
        place = pair.first.institution_id
        twice = bank.keep(
            session, pair.first, [question(), question()], institution_id=place, now=NOW
        )
        assert twice[0].id == twice[1].id


def test_only_its_house_rewrites_an_entry_and_nobody_unseen(pair: House, write: Write) -> None:
    with write() as session:
        place = pair.first.institution_id
        entry = bank.keep(session, pair.first, [question()], institution_id=place, now=NOW)[0]
        newer = write_question(question("Why not?"))
        with pytest.raises(RefusedError):
            bank.rewrite(
                session, pair.second, entry, newer, content_hash=entry.content_hash, now=NOW
            )
        with pytest.raises(ConflictError):
            bank.rewrite(session, pair.first, entry, newer, content_hash="old", now=NOW)


def test_the_bank_is_searched_by_words_competency_and_kind(pair: House, write: Write) -> None:
    with write() as session:
        place = pair.first.institution_id
        kept = [question("Armistice?"), make.several("many")]
        bank.keep(session, pair.first, kept, institution_id=place, now=NOW)
        found = [row.kind for row in bank_reads.entries(session, words="armis")]
        assert found == ["one"]
        assert len(bank_reads.entries(session, kind="several")) == 1
        assert len(bank_reads.entries(session, competency="armistice")) == 2
        assert bank_reads.entries(session, competency="families") == []


def test_what_comes_out_of_the_bank_can_be_read(pair: House, write: Write) -> None:
    with write() as session:
        place = pair.first.institution_id
        entry = bank.keep(session, pair.first, [question()], institution_id=place, now=NOW)[0]
        assert read_question(Table(entry.content)).text == question().text


def test_a_new_course_with_a_first_unit_leads_into_its_editor(
    pair: House, enter: Any, read: Write
) -> None:
    browser = enter(pair.first)
    sent = {"title.en": "Songs", "first.ko": "첫 노래", "first.en": "First song"}
    answer = browser.send("/en/desk/courses/new", sent)
    assert "/desk/courses/units/" in answer.location
    assert "First song" in browser.get(answer.location).text
    with read() as session:
        unit = session.query(DraftUnit).order_by(DraftUnit.id.desc()).first()
        assert (unit.slug, unit.content["title"]["ko"]) == ("first-song", "첫 노래")


@pytest.mark.parametrize(
    ("language", "summary"), [("ko", "정답과 설명"), ("en", "Right answer and feedback")]
)
def test_a_preview_asks_as_a_lesson_does_and_keeps_the_key_folded(
    pair: House, unit_id: int, enter: Any, language: str, summary: str
) -> None:
    page = enter(pair.first).get(f"/{language}/desk/courses/units/{unit_id}/preview").text
    asked, _details, key = page.partition('<details class="key">')
    assert asked.count(f'name="q-first-{language}"') == 3
    assert "✓" not in page
    assert summary in key
