"""Pages around what a device keeps: honest without script, taken over once after signing in."""

import html as markup
import json
import re
from collections.abc import Callable

from hanmadang.courses.models import Answer
from hanmadang.courses.told import read_told
from tests.conftest import Browser
from tests.courses.reading import UNIT, Write, only, page, rows

JSON = {"Accept": "application/json"}


def file_of(*keys: str, question: str = "first") -> str:
    events = [
        {
            "k": key, "e": "answered", "c": "division", "m": "start", "u": "two", "v": 1,
            "t": "2026-03-02T00:00:00Z", "q": question, "r": [1],
        }
        for key in keys
    ]  # fmt: skip
    return json.dumps({"hanmadang": 1, "events": events})


def told_by(html: str) -> list[dict[str, object]]:
    found = re.search(r'data-answers="([^"]*)"', html)
    assert found
    return list(json.loads(markup.unescape(found[1]) or "[]"))


def test_a_checked_answer_is_handed_to_the_device_and_not_kept_here(
    client: Browser, school: None, read: Write
) -> None:
    fields = {"q-first": "1", "idempotency_key": "a-key-of-this-press"}
    pages = [client.send(f"{UNIT}/two/answer", fields).text for _ in range(2)]
    [told] = told_by(pages[0])
    assert (told["q"], told["r"]) == ("first", [1])
    assert told_by(pages[1]) == [told]
    assert rows(read) == dict.fromkeys(rows(read), 0)


def test_what_the_page_hands_over_is_what_is_taken_over(
    client: Browser, sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    [told] = told_by(client.send(f"{UNIT}/two/answer", {"q-first": "1"}).text)
    event = told | {
        "e": "answered", "c": "division", "m": "start", "u": "two", "v": 1,
        "t": "2026-03-02T00:00:00Z",
    }  # fmt: skip
    text = json.dumps({"hanmadang": 1, "events": [event]})
    assert read_told(text)
    assert sign_in().send("/ko/my/courses/take-over", {"events": text}).status_code == 303
    assert only(read, Answer).correct


def test_a_signed_in_learners_page_hands_nothing_to_the_device(
    sign_in: Callable[..., Browser], school: None
) -> None:
    citizen = sign_in()
    citizen.send(f"{UNIT}/two/answer", {"q-first": "1"})
    html = page(citizen, f"{UNIT}/two")
    assert "data-keep" not in html
    assert "data-take" in html


def test_taking_over_says_what_came_of_it_and_repeats_nothing(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    citizen = sign_in()
    text = file_of("key-00001", "key-00002")
    first = citizen.send("/en/my/courses/take-over", {"events": text}, headers=JSON).get_json()
    assert first["said"] == "1 unit is in your courses now. 2 answers are new."
    again = citizen.send("/ko/my/courses/take-over", {"events": text}, headers=JSON).get_json()
    assert (
        again["said"]
        == "강의 1개가 내 강좌에 들어왔습니다. 새 답은 0개입니다. 2개는 이미 있었습니다."
    )
    assert rows(read)["Answer"] == 2


def test_what_is_left_out_is_said(sign_in: Callable[..., Browser], school: None) -> None:
    text = file_of("key-00001", question="no-such")
    told = sign_in().send("/en/my/courses/take-over", {"events": text}, headers=JSON).get_json()
    assert told["said"].endswith("1 was left out: The question reads differently now.")


def test_anything_else_is_refused_in_words(sign_in: Callable[..., Browser], school: None) -> None:
    told = sign_in().send("/ko/my/courses/take-over", {"events": "{}"}, headers=JSON)
    assert (told.status_code, told.get_json()["said"]) == (
        422, "이곳에서 만든 답안 파일이 아닙니다.",
    )  # fmt: skip
    assert sign_in().send("/ko/my/courses/take-over", {"events": "{}"}).status_code == 422


def test_the_page_says_what_a_device_keeps(
    client: Browser, sign_in: Callable[..., Browser], school: None
) -> None:
    html = page(client, "/ko/on-this-device")
    assert "90일" in html
    assert "스크립트를 쓰지 않으면 아무것도 보관하지 않습니다" in html
    assert "data-take" in page(sign_in(), "/ko/on-this-device")
