"""One-time codes: one code, one ballot, on a phone or on paper."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.kernel import codes as letters
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import change_state
from hanmadang.polls.domain.codes import MOST_AT_ONCE, count, issue
from hanmadang.polls.models import Assurance, Ballot, Mode, Poll, PollState, Question
from hanmadang.polls.models_codes import Code
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, counts, make_poll

Opener = Callable[[], Any]


@dataclass
class Hall:
    """An open poll with three codes."""

    poll_id: int
    slug: str
    field: str
    options: list[int]
    codes: list[str]

    def sheet(self, place: int) -> dict[str, int]:
        """The fields of an answer."""
        return {self.field: self.options[place]}


def opened(write: Opener, mode: Mode = Mode.EDITABLE) -> Hall:
    with write() as session:
        poll = make_poll(session, OPINION, assurance=Assurance.CODES, mode=mode)
        question = poll.questions[0]
        made = list(issue(session, None, poll, 3, key="the-batch"))
        ids = [option.id for option in question.options]
        return Hall(poll.id, poll.slug, f"q{question.id}", ids, made)


@pytest.fixture
def hall(write: Opener) -> Hall:
    return opened(write)


@pytest.fixture
def desk(sign_in: Any) -> Browser:
    browser: Browser = sign_in(Role.ADMINISTRATOR)
    return browser


def counted(read: Opener) -> list[int]:
    with read() as session:
        return counts(session.scalars(select(Question)).one())


def enter(browser: Browser, hall: Hall, code: str, language: str = "en") -> Any:
    return browser.send(f"/{language}/polls/{hall.slug}/enter", {"held": code})


# The letters


def test_a_code_has_ten_letters_none_of_which_looks_like_another() -> None:
    made = [letters.made("secret", "batch", number) for number in range(200)]
    assert len(set(made)) == 200
    assert not set("".join(made)) & set("0O1IL")
    assert all(letters.is_sound(code) and len(code) == 10 for code in made)


def test_every_wrong_letter_and_every_swap_of_neighbours_is_noticed() -> None:
    code = letters.made("secret", "batch", 1)
    wrong = [
        code[:at] + other + code[at + 1 :]
        for at in range(10)
        for other in letters.LETTERS
        if other != code[at]
    ]
    swapped = [
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for at in range(9)
        if code[at] != code[at + 1]
    ]
    assert not any(letters.is_sound(each) for each in [*wrong, *swapped])


def test_a_code_may_be_typed_in_any_way() -> None:
    assert letters.tidy(" abcd-efgh ") == letters.tidy("ABCD EFGH") == "ABCDEFGH"


# Making them


def test_only_what_recognises_a_code_is_stored(hall: Hall, read: Opener) -> None:
    with read() as session:
        stored = session.execute(select(Code.holder, Code.batch)).all()
    text = " ".join(f"{row.holder} {row.batch}" for row in stored).upper()
    assert len(stored) == 3
    assert not any(code in text for code in hall.codes)


def test_the_same_request_makes_the_same_codes_and_another_one_others(
    hall: Hall, write: Opener
) -> None:
    with write() as session:
        poll = session.get_one(Poll, hall.poll_id)
        assert list(issue(session, None, poll, 3, key="the-batch")) == hall.codes
        assert not set(issue(session, None, poll, 3, key="another")) & set(hall.codes)
        assert count(session, hall.poll_id) == 6


def test_the_sheet_shows_every_code_with_its_picture(hall: Hall, desk: Browser) -> None:
    sheet = desk.send(f"/ko/desk/polls/{hall.poll_id}/codes", {"number": 12})
    assert sheet.headers["Cache-Control"] == "private, no-store"
    found = re.findall(r'slip__code nums">([A-Z0-9]{5}-[A-Z0-9]{5})<', sheet.text)
    assert (len(set(found)), sheet.text.count('class="qr"')) == (12, 12)
    assert found[0] not in desk.get(f"/ko/desk/polls/{hall.poll_id}/codes").text


@pytest.mark.parametrize("number", [0, MOST_AT_ONCE + 1, "many"])
def test_a_sheet_has_a_sensible_size(hall: Hall, desk: Browser, number: object) -> None:
    refused = desk.send(f"/en/desk/polls/{hall.poll_id}/codes", {"number": number})
    assert refused.status_code == 422


def test_closing_forgets_the_codes(hall: Hall, write: Opener, read: Opener) -> None:
    with write() as session:
        change_state(session, None, hall.poll_id, PollState.CLOSED, now=NOW)
    with read() as session:
        assert count(session, hall.poll_id) == 0


# Answering


@pytest.mark.parametrize(("language", "asks"), [("ko", "참여 번호"), ("en", "Your code")])
def test_without_a_code_the_poll_leads_to_its_door(
    client: Browser, hall: Hall, language: str, asks: str
) -> None:
    door = client.get(f"/{language}/polls/{hall.slug}")
    assert door.location == f"/{language}/polls/{hall.slug}/enter"
    assert asks in client.get(door.location).text


def test_answers_sent_without_a_code_are_refused_and_kept_on_the_page(
    client: Browser, hall: Hall, read: Opener
) -> None:
    refused = client.send(f"/en/polls/{hall.slug}", hall.sheet(1))
    assert (refused.status_code, "something is still missing" in refused.text) == (403, True)
    assert re.search(r'value="\d+"[^>]*checked|checked[^>]*value="\d+"', refused.text)
    assert counted(read) == [0, 0, 0]


def test_with_a_code_one_answers_once_on_whatever_device(
    app: Flask, client: Browser, hall: Hall, read: Opener
) -> None:
    other = app.test_client()
    assert isinstance(other, Browser)
    for browser, place in ((client, 0), (other, 2)):
        assert enter(browser, hall, hall.codes[0]).location == f"/en/polls/{hall.slug}"
        assert browser.send(f"/en/polls/{hall.slug}", hall.sheet(place)).status_code == 303
    assert counted(read) == [0, 0, 1]
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Ballot)) == 1


def test_two_codes_on_one_device_are_two_ballots(
    client: Browser, hall: Hall, read: Opener, app: Flask
) -> None:
    enter(client, hall, hall.codes[0])
    client.send(f"/en/polls/{hall.slug}", hall.sheet(0))
    client.delete_cookie(f"hm_poll_{hall.poll_id}")
    enter(client, hall, hall.codes[1])
    client.send(f"/en/polls/{hall.slug}", hall.sheet(0))
    assert counted(read) == [2, 0, 0]


@pytest.mark.parametrize(
    ("typed", "language", "said"),
    [
        ("ABCDE-FGHJA", "en", "slip of the pen"),
        ("ABCD", "ko", "잘못 적힌 글자"),
        ("unknown", "en", "Nobody was given this code"),
        ("unknown", "ko", "이 설문에 나누어 드린 번호가 아닙니다"),
        ("", "en", "Please fill this in."),
    ],
)
def test_a_wrong_code_is_told_from_a_slip_of_the_pen(
    client: Browser, hall: Hall, typed: str, language: str, said: str
) -> None:
    code = letters.made("elsewhere", "batch", 1) if typed == "unknown" else typed
    answer = enter(client, hall, code, language)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_made_up_ticket_lets_nobody_in(client: Browser, hall: Hall, read: Opener) -> None:
    client.set_cookie(f"hm_poll_{hall.poll_id}", "a" * 64 + "." + "b" * 64)
    assert client.send(f"/en/polls/{hall.slug}", hall.sheet(1)).status_code == 403
    assert counted(read) == [0, 0, 0]


def test_a_picture_fills_in_the_code(client: Browser, hall: Hall) -> None:
    page = client.get(f"/en/polls/{hall.slug}/enter", query_string={"code": hall.codes[0]})
    assert f'value="{hall.codes[0]}"' in page.text


def test_the_door_of_a_closed_poll_leads_to_the_results(
    client: Browser, hall: Hall, write: Opener
) -> None:
    with write() as session:
        change_state(session, None, hall.poll_id, PollState.CLOSED, now=NOW)
    answer = enter(client, hall, hall.codes[0])
    assert answer.location == f"/en/polls/{hall.slug}/results"


def test_results_say_the_level(client: Browser, hall: Hall) -> None:
    for language, said in (
        ("en", "a one-time code from the organizer"),
        ("ko", "일회용 참여 번호"),
    ):
        assert said in client.get(f"/{language}/polls/{hall.slug}/results").text


# Paper


def paper(desk: Browser, hall: Hall, code: str, place: int, **fields: Any) -> Any:
    sent = {"code": code, **hall.sheet(place), **fields}
    return desk.send(f"/en/desk/polls/{hall.poll_id}/paper", sent)


def test_a_ballot_on_paper_counts_once(desk: Browser, hall: Hall, read: Opener) -> None:
    assert paper(desk, hall, hall.codes[0], 1).status_code == 303
    again = paper(desk, hall, hall.codes[0], 2)
    assert (again.status_code, "answered already" in again.text) == (422, True)
    assert counted(read) == [0, 1, 0]


def test_the_same_paper_sent_twice_is_one_ballot(desk: Browser, hall: Hall, read: Opener) -> None:
    for _ in range(2):
        sent = paper(desk, hall, hall.codes[0], 1, idempotency_key="one-paper-key")
        assert sent.status_code == 303
    assert counted(read) == [0, 1, 0]


@pytest.mark.parametrize("mode", list(Mode))
def test_whoever_answered_on_a_phone_is_not_counted_from_paper(
    client: Browser, desk: Browser, write: Opener, read: Opener, mode: Mode
) -> None:
    hall = opened(write, mode)
    enter(client, hall, hall.codes[0])
    assert client.send(f"/en/polls/{hall.slug}", hall.sheet(0)).status_code == 303
    assert paper(desk, hall, hall.codes[0], 1).status_code == 422
    with write() as session:
        change_state(session, None, hall.poll_id, PollState.CLOSED, now=NOW)
    assert counted(read) == [1, 0, 0]


def test_paper_without_code_or_answer_is_refused_beside_the_field(
    desk: Browser, hall: Hall
) -> None:
    assert "Nobody was given" in paper(desk, hall, letters.made("x", "y", 1), 0).text
    empty = desk.send(f"/en/desk/polls/{hall.poll_id}/paper", {"code": hall.codes[0]})
    assert (empty.status_code, "at least one question" in empty.text) == (422, True)


def test_the_audit_log_says_that_it_happened_and_no_more(
    desk: Browser, hall: Hall, read: Opener
) -> None:
    paper(desk, hall, hall.codes[0], 1)
    with read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.action, entry.object_id, entry.detail) == (
            "poll.paper_ballot", str(hall.poll_id), "",
        )  # fmt: skip


def test_only_polls_with_codes_have_these_pages(desk: Browser, write: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session, OPINION).id
    for page in ("codes", "paper"):
        assert desk.get(f"/en/desk/polls/{poll_id}/{page}").status_code == 404
