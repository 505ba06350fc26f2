"""The helpers do what the tests above them take for granted."""

import smtplib
import time

import psycopg
import pytest
import redis
from playwright.sync_api import Browser

from tests.support import browser as browsers
from tests.support import postgres
from tests.support.ports import wait_until
from tests.support.smtp import Fault, Sink

MAIL = "Subject: 알림\r\nTo: a@example.org\r\n\r\n안녕하세요\r\n".encode()


def send(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
        client.sendmail("noreply@example.org", ["a@example.org"], MAIL)


def test_a_message_arrives(mail_sink: Sink) -> None:
    send(mail_sink)
    assert [message["To"] for message in mail_sink.messages] == ["a@example.org"]


@pytest.mark.parametrize(("fault", "code"), [(Fault.REFUSE, 550), (Fault.GREYLIST, 451)])
def test_a_refused_recipient_hears_the_code(mail_sink: Sink, fault: Fault, code: int) -> None:
    mail_sink.fail(fault)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mail_sink)
    assert refused.value.recipients["a@example.org"][0] == code
    assert mail_sink.messages == []


def test_a_fault_ends_after_its_times(mail_sink: Sink) -> None:
    mail_sink.fail(Fault.GREYLIST, times=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mail_sink)
    send(mail_sink)
    assert mail_sink.recipients == ["a@example.org"]


def test_a_dropped_line_leaves_the_sender_uncertain(mail_sink: Sink) -> None:
    mail_sink.fail(Fault.DROP)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mail_sink)
    assert (len(mail_sink.swallowed), mail_sink.messages) == (1, [])


@pytest.mark.postgres
def test_each_database_is_its_own(postgres_server: postgres.Postgres) -> None:
    with postgres_server.database() as one, postgres_server.database() as other:
        with psycopg.connect(one) as connection:
            connection.execute("CREATE TABLE t (x int)")
        with psycopg.connect(other) as connection:
            found = connection.execute("SELECT to_regclass('t')").fetchone()
            locale = connection.execute(
                "SELECT datctype FROM pg_database WHERE datname = current_database()"
            ).fetchone()
    assert (found, locale) == ((None,), ("C.UTF-8",))


@pytest.mark.postgres
def test_a_killed_server_comes_back_with_what_it_confirmed() -> None:
    with postgres.server(durable=True) as server:
        if server.start is None:
            pytest.skip("the server of TEST_DATABASE_URL is not ours to kill")
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE t AS SELECT 1 AS x")
        server.kill()
        server.restart()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT x FROM t").fetchone() == (1,)


def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping() is True


@pytest.mark.browser
def test_axe_finds_a_picture_without_words(chromium: Browser) -> None:
    html = "<html lang='ko'><title>시험</title><main><h1>시험</h1><img src='data:,'></main></html>"
    with browsers.page(chromium) as page:
        page.set_content(html)
        assert [violation.rule for violation in browsers.axe(page)] == ["image-alt"]


@pytest.mark.browser
def test_scripts_can_be_off_and_windows_narrow(chromium: Browser) -> None:
    script = "<title>off</title><script>document.title = 'on'</script>"
    html = f"data:text/html,{script}<div style='width:400px'>x</div>"
    with browsers.page(chromium, width=browsers.PHONE, javascript=False) as page:
        page.goto(html)
        assert page.title() == "off"
        assert browsers.overflow(page) > 0


def test_waiting_gives_up() -> None:
    start = time.monotonic()
    assert wait_until(lambda: False, for_s=0) is False
    assert time.monotonic() - start < 1
