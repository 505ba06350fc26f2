"""Every kind of question on the page: its fields, errors, hints, and what is said to an answer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.models import LearningEvent, Question, QuestionKind, QuestionProgress
from hanmadang.courses.specs import GapsBody, QuestionSpec
from hanmadang.kernel import pictures
from tests.conftest import Browser
from tests.courses.reading import UNIT, Write, page, rows
from tests.factories import answers, course_kinds
from tests.factories import courses as make

URL, EN = f"{UNIT}/all", "/en/courses/division/start/all"


@pytest.fixture
def kinds(write: Write) -> list[Question]:
    """A unit with one question of every kind."""
    with write() as session:
        picture = pictures.Picture(
            name=course_kinds.PICTURE, width=4, height=3, content=b"not looked at here"
        )
        session.add(picture)
        make.publish(session, make.course(make.unit("all", course_kinds.QUESTIONS)))
        found = session.scalars(select(Question).order_by(Question.position)).all()
        session.expunge_all()
        return list(found)


def everything(kinds: list[Question]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for question in kinds:
        fields |= answers.form_fields(question)
    return fields


def names(html: str) -> set[str]:
    """The names of the quiz's fields."""
    return set(re.findall(r'name="(q-[^"]+)"', html))


def test_every_kind_has_its_fields(client: Browser, kinds: list[Question]) -> None:
    assert names(page(client, URL)) == set(everything(kinds))


def test_every_field_has_a_name_that_can_be_read_out(
    client: Browser, kinds: list[Question]
) -> None:
    html = page(client, EN)
    fields = re.findall(r'<(?:input|select)[^>]*name="q-[^>]*>', html)
    ids = [re.search(r' id="([^"]+)"', each) for each in fields]
    unnamed = [
        each
        for each, found in zip(fields, ids, strict=True)
        if "aria-label=" not in each and found and f'for="{found[1]}"' not in html
    ]
    assert unnamed == []
    assert 'aria-label="Gap 3 of 3"' in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_all_right_answers_of_a_visitor_are_right(
    client: Browser, kinds: list[Question], language: str
) -> None:
    url = URL.replace("/ko/", f"/{language}/")
    html = client.send(f"{url}/answer", everything(kinds)).text
    said = {"ko": "10문항 중 10문항을 맞혔습니다.", "en": "10 of 10 right so far."}
    assert said[language] in html
    assert html.count("verdict--right") == 10


def test_all_answers_are_kept_and_shown_again(
    sign_in: Callable[..., Browser], kinds: list[Question], read: Write
) -> None:
    citizen = sign_in()
    assert citizen.send(f"{URL}/answer", everything(kinds)).status_code == 303
    html = page(citizen, URL)
    assert html.count("verdict--right") == 10
    assert 'value="1953"' in html
    assert "강의를 마쳤습니다" in html
    with read() as session:
        assert {each.score for each in session.scalars(select(QuestionProgress))} == {1.0}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"q-number": "1951"}, ["일부만 맞았습니다.", "가까워요"]),
        ({"q-words": "Armistice"}, ["일부만 맞았습니다.", "거의"]),
        ({"q-pairs.0": "0", "q-pairs.1": "2"}, ["2개 가운데 1개가 맞았습니다."]),
        (
            {"q-order.0": "0", "q-order.1": "2", "q-order.2": "1"},
            ["3개 가운데 1개가 맞았습니다."],
        ),
        ({"q-gaps.0": "1,953", "q-gaps.1": "정전협정을"}, ["3개 가운데 2개가 맞았습니다."]),
        ({"q-several": ["0"]}, ["정답 2개 가운데 1개를 찾았습니다."]),
        ({"q-spots": "1"}, ["아직 정답이 아닙니다.", "더 북쪽이에요"]),
    ],
)
def test_part_of_the_credit_is_said_in_words(
    client: Browser, kinds: list[Question], fields: dict[str, Any], said: list[str]
) -> None:
    html = client.send(f"{URL}/answer", fields).text
    assert [each for each in said if each not in html] == []


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"q-number": "many"}, "question-number-field"),
        ({"q-order.0": "1", "q-order.1": "1"}, "question-order-part-1"),
        ({"q-gaps.0": "x"}, "question-gaps-part-1"),
        ({"q-pairs.1": "9"}, "question-pairs-part-2"),
        ({"q-spots": "5"}, "question-spots-0"),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_what_cannot_be_read_is_named_and_everything_stays(  # noqa: PLR0917
    sign_in: Callable[..., Browser],
    client: Browser,
    kinds: list[Question],
    read: Write,
    fields: dict[str, str],
    target: str,
    signed_in: bool,
) -> None:
    browser = sign_in() if signed_in else client
    answer = browser.send(f"{EN}/answer", {"q-words": "Typed & kept", **fields})
    assert answer.status_code == 422
    assert f'<li><a href="#{target}">' in answer.text
    assert f'id="{target}"' in answer.text
    assert 'value="Typed &amp; kept"' in answer.text
    assert all(f'value="{text}"' in answer.text for text in fields.values() if text in "many x")
    assert rows(read)["Answer"] == 0


def test_the_order_shown_is_never_the_right_one(client: Browser, kinds: list[Question]) -> None:
    for _time in range(3):
        shown = re.findall(r'name="q-order\.(\d)"', page(client, URL))
        assert sorted(shown) == ["0", "1", "2"]
        assert shown != ["0", "1", "2"]


def test_the_same_reader_sees_the_same_order_in_both_languages(
    sign_in: Callable[..., Browser], kinds: list[Question]
) -> None:
    citizen = sign_in()
    korean, english = page(citizen, URL), page(citizen, EN)
    assert re.findall(r'name="q-order\.(\d)"', korean) == re.findall(
        r'name="q-order\.(\d)"', english
    )


def test_hints_come_one_by_one_and_what_was_typed_stays(
    client: Browser, kinds: list[Question]
) -> None:
    html = page(client, EN)
    assert "Show a hint" in html
    assert "Hint one" not in html
    first = client.send(f"{EN}/hint", {"hint": "first", "q-number": "12"}).text
    assert "Hint one" in first
    assert "Hint two" not in first
    assert 'value="12"' in first
    second = client.send(f"{EN}/hint", {"hint": "first", "hints-first": "1"}).text
    assert "Hint two" in second
    assert 'name="hint" value="first"' not in second


def test_hints_of_somebody_who_takes_the_course_are_recorded(
    sign_in: Callable[..., Browser], kinds: list[Question], read: Write
) -> None:
    citizen = sign_in()
    citizen.send("/en/courses/division/start")
    for _time in range(4):
        citizen.send(f"{EN}/hint", {"hint": "first"})
    with read() as session:
        kept = session.scalars(select(LearningEvent).where(LearningEvent.kind == "hinted")).all()
        assert [event.key.split(":", 1)[1] for event in kept] == [
            "hinted:first:1",
            "hinted:first:2",
        ]
    assert "Hint two" in page(citizen, EN)


@pytest.mark.parametrize("slug", ["", "number", "none"])
def test_where_there_is_no_hint_there_is_no_page(
    client: Browser, kinds: list[Question], slug: str
) -> None:
    assert client.send(f"{EN}/hint", {"hint": slug}).status_code == 404


@pytest.mark.parametrize("signed_in", [True, False])
def test_nothing_right_is_in_the_page_before_an_answer(
    sign_in: Callable[..., Browser], client: Browser, kinds: list[Question], signed_in: bool
) -> None:
    html = page(sign_in() if signed_in else client, EN)
    for word in ("Explanation", "Feedback", "Further north", "Close", "Nearly"):
        assert word not in html


def test_a_passage_is_text_with_fields_and_nothing_else(client: Browser, write: Write) -> None:
    body = GapsBody(
        make.text("**굵게** [[1]]", "**Bold** [[1]] & more"),
        (course_kinds.NUMBER,),
    )
    gaps: QuestionSpec = make.question("g", kind=QuestionKind.GAPS, body=body)
    with write() as session:
        make.publish(session, make.course(make.unit("all", [gaps])))
    html = page(client, EN)
    assert "<strong>Bold</strong>" in html
    assert "&amp; more" in html
    assert page(client, URL).count('name="q-g.0"') == 1
