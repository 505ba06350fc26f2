"""The message as it leaves: Hangul survives, headers hold one line, calendars keep their method."""

import random
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from hanmadang.reminders.composers import Attachment, Letter
from hanmadang.reminders.messages import build
from hanmadang.reminders.outcomes import UnsendableError
from tests.factories.reminders import text_of

HOUSE = {"sender": "한마당 <noreply@hanmadang.example>", "message_id": "<1@h>", "locale": "ko"}
WORDS = (
    *("한반도", "평화", "음악회", "DMZ", "2026년", "알림:", "확정되었습니다", "(Seoul)"),
    *("Peace,", "&", "“내일”", "을지로3가", "abc"),
)


def built(letter: Letter, to: str = "a@example.org") -> EmailMessage:
    """As a mail program reads it."""
    message = build(letter, to=to, **HOUSE)
    return message_from_bytes(message.content, policy=policy.default)


def calendar(media_type: str) -> Any:
    content = "BEGIN:VCALENDAR\r\nSUMMARY:음악회\r\nEND:VCALENDAR\r\n".encode()
    letter = Letter("알림", "본문", (Attachment("일정.ics", content, media_type),))
    (part,) = built(letter).iter_attachments()
    return part


def test_headers_say_who_what_when_and_in_which_language() -> None:
    message = built(Letter("내일 열리는 음악회", "안녕하세요.\n\nhttps://example.org/\n"))
    assert message["From"] == "한마당 <noreply@hanmadang.example>"
    assert (message["To"], message["Subject"]) == ("a@example.org", "내일 열리는 음악회")
    assert (message["Message-ID"], message["Content-Language"]) == ("<1@h>", "ko")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert text_of(message) == "안녕하세요.\n\nhttps://example.org/\n"


def test_every_subject_survives_in_lines_that_mail_programs_read() -> None:
    chance = random.Random(7)
    for length in range(1, 60):
        subject = " ".join(chance.choice(WORDS) for _ in range(length))
        raw = build(Letter(subject, "t"), to="a@example.org", **HOUSE).content
        assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject
        encoded = re.findall(rb"=\?utf-8\?\w\?[^?]*\?=", raw)
        assert max(map(len, encoded), default=0) <= 75


def test_only_seven_bits_travel() -> None:
    letter = Letter("알림", "한글 본문", (Attachment("a.txt", "한글".encode(), "text/plain"),))
    assert build(letter, to="a@example.org", **HOUSE).content.isascii()


@pytest.mark.parametrize("method", ["REQUEST", "PUBLISH", "CANCEL"])
def test_a_calendar_entry_keeps_its_method(method: str) -> None:
    part = calendar(f"text/calendar; method={method}; charset=utf-8")
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_param("charset")) == (method, "utf-8")
    assert part.get_filename() == "일정.ics"
    assert "SUMMARY:음악회" in part.get_payload(decode=True).decode()


def test_an_attachment_without_parameters_has_none() -> None:
    part = calendar("text/calendar")
    assert part.get_params() == [("text/calendar", "")]


def test_the_language_is_said_beside_an_attachment_too() -> None:
    letter = Letter("알림", "본문", (Attachment("a.pdf", b"%PDF", "application/pdf"),))
    assert built(letter)["Content-Language"] == "ko"


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n"])
def test_a_subject_has_one_line(break_: str) -> None:
    with pytest.raises(UnsendableError):
        build(Letter(f"알림{break_}Bcc: all@example.org", "t"), to="a@example.org", **HOUSE)


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "nobody", "",
        "홍길동@example.org",
    ],
)  # fmt: skip
def test_an_address_is_one_address_that_mail_can_carry(address: str) -> None:
    with pytest.raises(UnsendableError):
        build(Letter("알림", "t"), to=address, **HOUSE)


def test_a_korean_domain_travels_in_its_ascii_form() -> None:
    assert built(Letter("알림", "t"), to="a@한국.kr")["To"] == "a@xn--3e0b707e.kr"


def test_a_file_name_cannot_bring_a_header() -> None:
    letter = Letter("알림", "t", (Attachment("a\r\nBcc: b@example.org", b"", "text/plain"),))
    try:
        message = built(letter)
    except UnsendableError:
        return
    assert message["Bcc"] is None
    assert all(part["Bcc"] is None for part in message.iter_attachments())
