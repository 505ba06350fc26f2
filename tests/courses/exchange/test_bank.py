"""Questions go into the bank from a file of another system, and leave it as a file."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.domain import bank
from hanmadang.courses.exchange.formats import read as read_file
from hanmadang.courses.exchange.imported import Options
from hanmadang.courses.models import BankEntry
from hanmadang.courses.queries import bank as reads
from hanmadang.kernel import clock
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role
from hanmadang.kernel.pictures import Picture
from tests.conftest import Browser
from tests.factories import courses as make
from tests.factories.course_kinds import QUESTIONS
from tests.factories.foreign import files

Opener = Callable[[], Any]
FILES = files()


@pytest.fixture
def desk(sign_in: Callable[..., Browser], write: Opener) -> Browser:
    with write() as session:
        make.make_words(session)
    return sign_in(Role.ORGANIZER)


def sent(desk: Browser, name: str, data: bytes, language: str = "en") -> str:
    """The address of the report."""
    fields = {"file": (BytesIO(data), name), "language": "ko", "format": "", "competency": ""}
    kind = "multipart/form-data"
    answer = desk.send(f"/{language}/desk/courses/import", fields, content_type=kind)
    return str(answer.location)


def put(desk: Browser, report: str, competency: str = "armistice", **more: str) -> Any:
    return desk.send(f"{report}/bank", {"competency": competency} | more)


def kept(read: Opener) -> list[BankEntry]:
    with read() as session:
        return list(session.scalars(select(BankEntry).order_by(BankEntry.id)))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ["문제 은행에 넣기", "문제 은행에 넣지 않는 것", "생각해 보기"]),
        ("en", ["Into the question bank", "What is not put there", "Something to think about"]),
    ],
)
def test_a_page_says_what_is_put_there_and_what_stays(
    desk: Browser, language: str, words: list[str]
) -> None:
    report = sent(desk, *FILES["gift"], language)
    assert f"{report}/bank" in desk.get(report).text
    page = desk.get(f"{report}/bank").text
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize("name", ["gift", "moodle", "qti1", "qti2", "csv"])
def test_every_question_of_a_file_is_in_the_bank(desk: Browser, read: Opener, name: str) -> None:
    wanted = list(read_file(*FILES[name], Options("ko")).questions())
    assert put(desk, sent(desk, *FILES[name])).status_code == 303
    found = kept(read)
    assert sorted(each.kind for each in found) == sorted(each["kind"] for each in wanted)
    assert {each.origin for each in found} == {FILES[name][0]}
    with read() as session:
        names = {each.content["picture"] for each in found if "picture" in each.content}
        assert names <= set(session.scalars(select(Picture.name)))
    for entry in found:
        assert desk.get(f"/ko/desk/courses/bank/{entry.id}").status_code == 200


def test_a_question_keeps_what_it_asks_for_where_we_know_it(desk: Browser, read: Opener) -> None:
    table = (
        "slug,kind,competency,text_ko,answer1_ko,answer1_right,answer2_ko,answer2_right\n"
        "a,one,families,가?,나,yes,다,no\nb,one,nobody-knows,라?,마,yes,바,no\nc,one,,사?,아,yes,자,no\n"
    )
    put(desk, sent(desk, "a.csv", table.encode()))
    assert [each.competency_code for each in kept(read)] == ["families", "armistice", "armistice"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", "무엇을 묻는 문제인지 골라 주세요."),
        ("en", "Please choose what the questions ask for."),
    ],
)
def test_what_they_ask_for_has_to_be_chosen(
    desk: Browser, read: Opener, language: str, said: str
) -> None:
    answer = put(desk, sent(desk, "a.gift", "::a::하나? {T}".encode(), language), "")
    assert (answer.status_code, said in answer.text) == (422, True)
    assert kept(read) == []


def test_a_question_is_kept_once(desk: Browser, read: Opener) -> None:
    report, key = sent(desk, "a.gift", "::a::하나? {T}\n\n::b::둘? {F}".encode()), new_key()
    for _ in range(2):
        put(desk, report, idempotency_key=key)
    again = put(desk, sent(desk, "b.gift", "::a::하나? {T}\n\n::c::셋? {T}".encode()))
    assert "In the question bank now: 2. There before: 1." in desk.get(again.location).text
    assert len(kept(read)) == 3


def test_a_question_in_one_language_says_so_until_it_is_translated(
    desk: Browser, read: Opener
) -> None:
    put(desk, sent(desk, "a.gift", "::a::하나? {=둘 ~셋}".encode()))
    assert "Korean only" in desk.get("/en/desk/courses/bank").text
    assert "영어 없음" in desk.get("/ko/desk/courses/bank").text
    (entry,) = kept(read)
    page = f"/en/desk/courses/bank/{entry.id}"
    assert desk.send(page, {"content_hash": entry.content_hash}).status_code == 422


def test_a_file_may_become_a_draft_as_well(desk: Browser, read: Opener) -> None:
    report = sent(desk, *FILES["gift"])
    assert put(desk, report).status_code == 303
    assert desk.send(f"{report}/draft", {}).status_code == 303


def test_nobody_else_puts_a_file_into_the_bank(
    desk: Browser, sign_in: Callable[..., Browser], read: Opener
) -> None:
    report = sent(desk, "a.gift", "::a::하나? {T}".encode())
    assert put(sign_in(Role.ADMINISTRATOR), report).status_code == 404
    assert kept(read) == []


@pytest.fixture
def stocked(desk: Browser, write: Opener) -> Browser:
    with write() as session:
        bank.keep(session, make.EDITOR, QUESTIONS, institution_id=None, now=clock.now())
        other = make.question("other", competency="families", text=make.text("가족?", "Family?"))
        bank.keep(session, make.EDITOR, [other], institution_id=None, now=clock.now())
    return desk


def test_the_bank_leaves_as_an_archive_and_comes_back(stocked: Browser, read: Opener) -> None:
    answer = stocked.get("/en/desk/courses/bank/export/zip")
    found = read_file("a.zip", answer.data, Options())
    assert found.is_bank
    known = {each.id: each.content for each in kept(read)}
    back = {int(each["slug"].rpartition("-")[2]): each for each in found.questions()}
    assert {n: each | {"slug": "question"} for n, each in back.items()} == known


def test_the_bank_leaves_as_a_table_and_as_gift(stocked: Browser) -> None:
    table = stocked.get("/en/desk/courses/bank/export/csv")
    found = list(read_file("a.csv", table.data, Options()).questions())
    assert {"가족?"} < {each["text"]["ko"] for each in found}
    assert {each["competency"] for each in found} == {"armistice", "families"}
    text = stocked.get("/ko/desk/courses/bank/export/gift?language=en")
    assert "question-bank.gift" in text.headers["Content-Disposition"]
    assert "Family?" in text.text
    assert "가족?" not in text.text


def test_what_was_searched_for_leaves(stocked: Browser) -> None:
    page = stocked.get("/en/desk/courses/bank?competency=families").text
    assert "/en/desk/courses/bank/export?competency=families" in page
    told = stocked.get("/en/desk/courses/bank/export?competency=families").text
    assert "as you searched for them: 1." in told
    file = stocked.get("/en/desk/courses/bank/export/csv?competency=families")
    assert len(list(read_file("a.csv", file.data, Options()).questions())) == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [("ko", "이 형식으로는 나타낼 수 없습니다."), ("en", "The format cannot say this.")],
)
def test_the_page_names_what_a_form_cannot_hold(stocked: Browser, language: str, said: str) -> None:
    page = stocked.get(f"/{language}/desk/courses/bank/export").text
    assert said in page
    assert "spots" in page


def test_no_more_leaves_than_a_file_holds(
    stocked: Browser, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "MOST_OUT", 2)
    with read() as session:
        assert len(reads.contents(session)) == 2
    assert "The newest 2 are taken." in stocked.get("/en/desk/courses/bank/export").text


def test_other_forms_there_are_not(stocked: Browser) -> None:
    assert stocked.get("/en/desk/courses/bank/export/olx").status_code == 404
