"""What each answer of a mail server means, against a real one and against scripted lines."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import update

from hanmadang.kernel import clock
from hanmadang.reminders.composers import Letter
from hanmadang.reminders.jobs.senders import Sender
from hanmadang.reminders.messages import Message, build
from hanmadang.reminders.models import OutboxMail
from hanmadang.reminders.outcomes import Verdict
from hanmadang.reminders.transports import (
    ConsoleTransport,
    FileTransport,
    SmtpTransport,
    choose,
)
from hanmadang.settings import Settings, SettingsError
from tests.factories.reminders import text_of
from tests.support.ports import LOCAL, free_port
from tests.support.smtp import Fault, Sink

Mails = Callable[..., list[int]]
Row = Callable[..., OutboxMail]


def message(text: str = "안녕하세요.\n") -> Message:
    return build(
        Letter("알림", text), sender="noreply@hanmadang.example", to="a@example.org",
        message_id="<one@hanmadang.example>", locale="ko",
    )  # fmt: skip


@contextmanager
def smtp(sink: Sink) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(sink.url)
    yield transport
    transport.close()


@contextmanager
def scripted(*talks: list[bytes], pause: float = 0) -> Iterator[str]:
    """A server that says these lines, one after each command; a new talk per connection."""
    listener = socket.create_server((LOCAL, 0))

    def serve() -> None:
        for lines in talks:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as heard:
                for words in lines:
                    sleep(pause)
                    try:
                        line.sendall(words)
                        _listen(heard, until_dot=words.startswith(b"354"))
                    except OSError:
                        break

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        yield f"smtp://{LOCAL}:{listener.getsockname()[1]}"
    finally:
        listener.close()
        server.join(timeout=5)


def _listen(heard: Any, *, until_dot: bool) -> None:
    while (line := heard.readline()) and until_dot and line != b".\r\n":
        pass


HELLO = [b"220 hi\r\n", b"250 hi\r\n"]
TAKEN = [b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 taken\r\n"]


def test_a_mail_arrives_as_written(mail_sink: Sink) -> None:
    text = "첫 줄\n.\n..점으로 시작하는 줄\n끝\n"
    with smtp(mail_sink) as transport:
        assert transport.send(message(text)).verdict is Verdict.ACCEPTED
    (arrived,) = mail_sink.messages
    assert (arrived["Subject"], text_of(arrived)) == ("알림", text)
    assert mail_sink.recipients == ["a@example.org"]


def test_an_ascii_mail_keeps_lines_that_begin_with_a_dot(mail_sink: Sink) -> None:
    with smtp(mail_sink) as transport:
        transport.send(message(".\n.hidden\nend\n"))
        transport.send(message("the next\n"))
    assert [text_of(each) for each in mail_sink.messages] == [
        ".\n.hidden\nend\n", "the next\n",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "verdict", "code"),
    [(Fault.GREYLIST, Verdict.LATER, 451), (Fault.REFUSE, Verdict.REFUSED, 550)],
)
def test_what_the_server_says_is_understood(
    fault: Fault, verdict: Verdict, code: int, mail_sink: Sink
) -> None:
    mail_sink.fail(fault, times=1)
    with smtp(mail_sink) as transport:
        outcome = transport.send(message())
        assert (outcome.verdict, outcome.code, outcome.reachable) == (verdict, code, True)
        assert transport.send(message()).verdict is Verdict.ACCEPTED


def test_silence_after_the_mail_is_uncertain(mail_sink: Sink) -> None:
    mail_sink.fail(Fault.DROP, times=1)
    with smtp(mail_sink) as transport:
        assert transport.send(message()).verdict is Verdict.UNCERTAIN
    assert (len(mail_sink.swallowed), mail_sink.messages) == (1, [])


def test_a_server_that_is_away_is_not_uncertain() -> None:
    outcome = SmtpTransport(f"smtp://{LOCAL}:{free_port()}").send(message())
    assert (outcome.verdict, outcome.reachable) == (Verdict.LATER, False)
    assert "refused" in outcome.text.lower()


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([b"421 too many\r\n"], Verdict.LATER),
        ([*HELLO, b"421 tired\r\n"], Verdict.LATER),
        ([*HELLO, b"250 ok\r\n", b"550 nobody\r\n"], Verdict.REFUSED),
        ([*HELLO, *TAKEN[:2], b"452 full\r\n"], Verdict.LATER),
        ([*HELLO, *TAKEN[:2], b"250 what?\r\n"], Verdict.LATER),
        ([*HELLO, *TAKEN[:2]], Verdict.LATER),
        ([*HELLO, *TAKEN[:3]], Verdict.UNCERTAIN),
        ([*HELLO, *TAKEN[:3], b"nonsense\r\n"], Verdict.UNCERTAIN),
        ([*HELLO, *TAKEN[:3], b"451 disk\r\n"], Verdict.LATER),
        ([*HELLO, *TAKEN[:3], b"554 spam\r\n"], Verdict.REFUSED),
        ([*HELLO, *TAKEN], Verdict.ACCEPTED),
        ([*HELLO, b"nonsense\r\n"], Verdict.LATER),
    ],
)
def test_only_silence_after_the_last_byte_is_uncertain(
    lines: list[bytes], verdict: Verdict
) -> None:
    with scripted(lines) as url:
        transport = SmtpTransport(url)
        outcome = transport.send(message())
        transport.close()
    assert outcome.verdict is verdict


def test_a_server_tired_of_a_connection_gets_a_new_one() -> None:
    with scripted([*HELLO, *TAKEN, b"421 enough\r\n"], [*HELLO, *TAKEN]) as url:
        transport = SmtpTransport(url)
        verdicts = [transport.send(message()).verdict for _ in range(2)]
        transport.close()
    assert verdicts == [Verdict.ACCEPTED] * 2


def test_a_dripping_server_is_cut_off() -> None:
    """The library waits 20 s anew for every byte; the conversation as a whole may not."""
    drops = [bytes([byte]) for byte in b"250-" + b"x" * 200]
    with scripted([*HELLO, *drops], pause=0.05) as url:
        start = monotonic()
        transport = SmtpTransport(url, seconds=0.6)
        outcome = transport.send(message())
        spent = monotonic() - start
    assert (outcome.verdict, outcome.reachable) == (Verdict.LATER, False)
    assert spent < 3


def test_without_time_left_nothing_is_handed_over(mail_sink: Sink) -> None:
    transport = SmtpTransport(mail_sink.url, seconds=0)
    assert transport.send(message()).verdict is Verdict.LATER
    transport.close()
    assert mail_sink.messages == []


def test_a_lost_answer_is_repeated_with_the_same_message_id(
    mail_sink: Sink, smtp_sender: Sender, mails: Mails, row: Row, write: Any
) -> None:
    mail_sink.fail(Fault.DROP, times=1)
    mails(1, now=clock.now())
    smtp_sender.drain()
    assert (row().state, row().uncertain_count) == ("due", 1)
    with write() as session:
        session.execute(update(OutboxMail).values(next_at=clock.now()))
    smtp_sender.drain()
    assert row().state == "sent"
    (lost,), (arrived,) = mail_sink.swallowed, mail_sink.messages
    assert lost["Message-ID"] == arrived["Message-ID"] == row().message_id


def test_one_connection_carries_a_batch(mail_sink: Sink) -> None:
    with smtp(mail_sink) as transport:
        transport.send(message())
        first = transport._connection
        transport.send(message())
        assert transport._connection is first


def test_files_hold_each_mail_once(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path / "mail")
    for _ in range(2):
        assert transport.send(message()).verdict is Verdict.ACCEPTED
    transport.close()
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "one.eml"
    found = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (found["Subject"], text_of(found)) == ("알림", "안녕하세요.\n")


def test_a_folder_that_cannot_be_written_puts_the_mail_off(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("not a folder")
    outcome = FileTransport(tmp_path / "mail").send(message())
    assert (outcome.verdict, outcome.reachable) == (Verdict.LATER, False)


def test_the_console_shows_the_mail(capsys: pytest.CaptureFixture[str]) -> None:
    transport = ConsoleTransport()
    assert transport.send(message()).verdict is Verdict.ACCEPTED
    transport.close()
    assert "Message-ID: <one@hanmadang.example>" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "kind"),
    [("smtp", SmtpTransport), ("file", FileTransport), ("console", ConsoleTransport)],
)
def test_the_settings_choose(name: str, kind: type) -> None:
    assert isinstance(choose(Settings(mail_transport=name)), kind)


def test_an_unknown_transport_is_a_setting_to_mend() -> None:
    with pytest.raises(SettingsError, match="HANMADANG_MAIL_TRANSPORT is one of smtp, file"):
        choose(Settings(mail_transport="pigeon"))
