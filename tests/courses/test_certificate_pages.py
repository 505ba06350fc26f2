"""The holder's pages and the page on which anybody checks a certificate."""

import hashlib
import random
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from hanmadang.courses import numbers
from hanmadang.courses.privacy import erase_of
from hanmadang.factory import create_app
from hanmadang.kernel.permissions import Role
from hanmadang.settings import Settings
from tests.conftest import Browser
from tests.courses.conftest import NOW
from tests.courses.graduates import graduate, printed
from tests.courses.reading import UNIT, Write, page
from tests.support.pdf_ua import faults

SignIn = Callable[..., Browser]
pytestmark = pytest.mark.usefixtures("school")


def text_of(file: bytes) -> str:
    """The words of the PDF, spaces folded."""
    return " ".join(PdfReader(BytesIO(file)).pages[0].extract_text().split())


def test_the_page_after_the_last_answer_shows_it(sign_in: SignIn) -> None:
    citizen = sign_in()
    citizen.send(f"{UNIT}/one/done")
    citizen.send(f"{UNIT}/two/answer", {"q-first": "1", "q-second": ["0", "2"]})
    before = page(citizen, f"{UNIT}/three")
    assert "수료증 보기" not in before
    landed = citizen.send(f"{UNIT}/three/answer", {"q-third": "1"}).headers["Location"]
    after = page(citizen, landed)
    assert "강좌의 수료 조건을 모두 채우셨습니다. 수료증이 나왔습니다." in after
    number = re.search(r'href="/ko/my/certificates/(HM-[^"]+)"', after)
    assert number is not None
    assert f"/ko/my/certificates/{number[1]}" in page(citizen, "/ko/my/certificates")
    for place in ("/ko/courses/division", "/ko/my/courses"):
        assert 'href="/ko/courses/division/certificate"' in page(citizen, place)


def test_the_name_comes_first_then_the_choice_with_its_preview(sign_in: SignIn) -> None:
    citizen = sign_in()
    number = graduate(citizen, name="")
    first = page(citizen, f"/ko/my/certificates/{number}")
    assert "먼저 이름을 적어 주세요" in first
    assert "preview.png" not in first
    wrong = citizen.send(f"/ko/my/certificates/{number}", {"name": "金漢別"})
    assert (wrong.status_code, "키릴 문자" in wrong.text) == (422, True)
    citizen.send(f"/ko/my/certificates/{number}", {"name": "김한별"})
    html = page(citizen, f"/ko/my/certificates/{number}?language=en&items=name&items=score")
    picture = re.search(r'src="([^"]*preview\.png[^"]*)"', html)
    assert picture is not None
    shown = citizen.get(picture[1].replace("&amp;", "&"))
    assert (shown.status_code, shown.data[:4]) == (200, b"\x89PNG")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", ["수료증", "김한별", "1958년생", "분단과 정전", "15분", "3문항 가운데 3문항",
                "제1판"]),
        ("en", ["Certificate of completion", "김한별", "born in 1958", "Division and armistice",
                "21 minutes", "3 of 3 questions", "version 1 of the course"]),
    ],
)  # fmt: skip
def test_the_pdf_says_what_was_chosen_and_is_accessible(
    language: str, said: list[str], sign_in: SignIn
) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    everything = ["name", "date", "minutes", "score", "version"]
    code, file = printed(citizen, number, language=language, items=everything, birth_year="1958")
    assert faults(file) == []
    words = text_of(file)
    for each in [*said, number, numbers.shown_code(code)]:
        assert each in words, each
    assert len(PdfReader(BytesIO(file)).pages) == 1
    _code, little = printed(citizen, number, language=language, items=[])
    for each in ("김한별", "1958", said[4], said[5], said[6]):
        assert each not in text_of(little)


def test_a_year_of_birth_that_is_none_is_not_printed(sign_in: SignIn) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    for wrong in ("58", "1066", "year"):
        shown = citizen.get(f"/ko/my/certificates/{number}?language=ko&birth_year={wrong}").text
        assert "1958처럼 네 자리 숫자로" in shown
        sent = {"language": "ko", "birth_year": wrong}
        assert citizen.send(f"/ko/my/certificates/{number}/copies", sent).status_code == 422


def test_the_same_copy_is_the_same_bytes(sign_in: SignIn) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    files = {printed(citizen, number)[1] for _ in range(3)}
    assert len(files) == 1
    assert len(files.pop()) < 100_000


def test_everybody_sees_that_it_is_valid_and_no_more_than_the_holder_allows(
    sign_in: SignIn, client: Browser
) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    answer = client.get(f"/en/certificates/{number}")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "This certificate is valid" in answer.text
    assert "Division and armistice" in answer.text
    assert "김한별" not in answer.text
    assert "/ 3" not in answer.text
    citizen.send(f"/ko/my/certificates/{number}/shown", {"shown": ["name", "score"]})
    html = page(client, f"/en/certificates/{number}")
    assert "김한별" in html
    assert "3 / 3" in html
    citizen.send(f"/ko/my/certificates/{number}/shown", {})
    assert "김한별" not in page(client, f"/en/certificates/{number}")


def test_the_code_on_the_paper_shows_what_that_copy_must_say(
    sign_in: SignIn, client: Browser
) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    code, _file = printed(citizen, number, items=["name"], birth_year="")
    html = page(client, f"/ko/certificates/{number}?code={numbers.shown_code(code).lower()}")
    assert "김한별" in html
    assert "이 사본에 적혀 있어야 할 내용" in html
    wrong = page(client, f"/ko/certificates/{number}?code=AAAAAAAA")
    assert "그런 확인 코드가 없습니다" in wrong
    assert "김한별" not in wrong


def test_a_number_is_found_however_it_is_typed(sign_in: SignIn, client: Browser) -> None:
    number = graduate(sign_in(), name="")
    typed = number.replace("-", " ").lower()
    answer = client.get("/ko/certificates", query_string={"number": typed})
    assert answer.headers["Location"] == f"/ko/certificates/{number}"


def test_the_address_without_a_language_leads_there(client: Browser) -> None:
    answer = client.get("/certificates/HM-2026-X", headers={"Accept-Language": "en"})
    assert answer.headers["Location"] == "/en/certificates/HM-2026-X"


@pytest.mark.parametrize("number", ["HM-2026-NRDH-XZ7J-8", "HM-2026-AAAA", "%3Cb%3E"])
def test_an_unknown_number_says_so(number: str, client: Browser) -> None:
    answer = client.get(f"/en/certificates/{number}")
    assert answer.status_code == 404
    assert "This number is not known here" in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def compared(browser: Browser, number: str, file: bytes) -> str:
    sent = {"file": (BytesIO(file), "certificate.pdf")}
    answer = browser.send(
        f"/en/certificates/{number}/check", sent, content_type="multipart/form-data"
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def test_an_unchanged_file_is_known_and_any_changed_byte_caught(
    sign_in: SignIn, client: Browser
) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    _code, file = printed(citizen, number)
    assert "The file is unchanged" in compared(client, number, file)
    chance = random.Random(7)
    for place in chance.sample(range(len(file)), 12):
        changed = bytearray(file)
        changed[place] ^= 1 << chance.randrange(8)
        assert "not one that we handed over" in compared(client, number, bytes(changed))
    digest = hashlib.sha256(file).hexdigest()
    pasted = client.send(f"/en/certificates/{number}/check", {"digest": digest.upper()})
    assert "The file is unchanged" in pasted.text
    assert client.send(f"/en/certificates/{number}/check", {"digest": "x"}).status_code == 422


def test_a_file_of_another_certificate_is_not_this_one(sign_in: SignIn, client: Browser) -> None:
    first, second = sign_in(), sign_in()
    one, other = graduate(first), graduate(second, "이한솔")
    _code, file = printed(first, one)
    assert "not one that we handed over" in compared(client, other, file)


def test_the_desk_revokes_and_issues_again_and_verification_says_both(
    sign_in: SignIn, client: Browser
) -> None:
    citizen, desk = sign_in(), sign_in(Role.ORGANIZER)
    old = graduate(citizen)
    assert desk.get("/ko/desk/certificates", query_string={"number": old}).status_code == 303
    answer = desk.send(f"/ko/desk/certificates/{old}/reissue", {"name": "김한솔"})
    new = answer.headers["Location"].rpartition("/")[2]
    assert "This certificate was replaced" in page(client, f"/en/certificates/{old}")
    assert new not in page(client, f"/en/certificates/{old}")
    assert "issued again on" in page(client, f"/en/certificates/{new}")
    why = {"reason_ko": "대리 응시", "reason_en": "Somebody else answered."}
    assert desk.send(f"/ko/desk/certificates/{new}/revoke", why).status_code == 303
    html = page(client, f"/en/certificates/{new}")
    assert "This certificate was revoked" in html
    assert "Somebody else answered." in html
    assert "대리 응시" in page(client, f"/ko/certificates/{new}")
    mine = page(citizen, f"/ko/my/certificates/{new}")
    assert "이의를 제기해" in mine
    assert citizen.get(f"/ko/my/certificates/{new}/preview.png").status_code == 404


def test_a_revoked_certificate_is_not_printed_any_more(sign_in: SignIn) -> None:
    citizen, desk = sign_in(), sign_in(Role.ORGANIZER)
    number = graduate(citizen)
    code, _file = printed(citizen, number)
    why = {"reason_ko": "가", "reason_en": "A"}
    desk.send(f"/ko/desk/certificates/{number}/revoke", why)
    assert citizen.get(f"/ko/my/certificates/{number}/copies/{code}.pdf").status_code == 409


def test_a_desk_needs_both_reasons_and_a_name_that_can_be_printed(sign_in: SignIn) -> None:
    citizen, desk = sign_in(), sign_in(Role.ORGANIZER)
    number = graduate(citizen)
    half = desk.send(f"/ko/desk/certificates/{number}/revoke", {"reason_ko": "가"})
    assert half.status_code == 422
    bad = desk.send(f"/ko/desk/certificates/{number}/reissue", {"name": "漢"})
    assert (bad.status_code, "키릴 문자" in bad.text) == (422, True)


def test_after_erasure_the_number_still_answers_and_names_nobody(
    sign_in: SignIn, client: Browser, write: Write
) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    citizen.send(f"/ko/my/certificates/{number}/shown", {"shown": ["name"]})
    with write() as session:
        erase_of(session, citizen.account_id, NOW)  # type: ignore[attr-defined]
    html = page(client, f"/en/certificates/{number}")
    assert "This certificate is valid" in html
    assert "data were erased" in html
    assert "김한별" not in html


def test_others_see_nothing_of_my_pages(sign_in: SignIn) -> None:
    number = graduate(sign_in())
    other = sign_in()
    for path in ("", "/preview.png", "/copies/AAAAAAAA.pdf"):
        assert other.get(f"/ko/my/certificates/{number}{path}").status_code == 404
    assert other.get("/ko/courses/division/certificate").status_code == 404


def test_whoever_tries_numbers_is_stopped(app: Flask, settings: Settings) -> None:
    house = create_app(replace(settings, limits=True))
    house.testing = True
    browser = house.test_client()
    tried = [browser.get("/ko/certificates/HM-2026-AAAA-AAAA-A").status_code for _ in range(121)]
    assert tried[:120] == [404] * 120
    assert tried[120] == 429
    badge = [browser.get("/certificates/X/badge.json").status_code for _ in range(121)]
    assert badge[120] == 429


def test_the_pages_ask_the_database_little(
    sign_in: SignIn, client: Browser, count_queries: Callable[[], Any]
) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    for _ in range(3):
        printed(citizen, number)
    asked = {}
    for name, browser, path in (
        ("public", client, f"/ko/certificates/{number}"),
        ("badge", client, f"/certificates/{number}/badge.jwt"),
        ("list", client, "/badges/status/0"),
    ):
        browser.get(path)
        with count_queries() as statements:
            browser.get(path)
        asked[name] = len(statements)
    assert asked == {"public": 1, "badge": 1, "list": 1}
