"""Where webhooks may lead: public hosts only, looked at each time (SSRF)."""

import socket
import threading
from collections.abc import Callable

import pytest

from hanmadang.kernel import clock
from hanmadang.reminders import posting
from hanmadang.reminders.outcomes import Verdict
from hanmadang.reminders.posting import PrivateTargetError, UnusableTargetError, target
from tests.support.receiver import receiving

PUBLIC = "93.184.215.14"


def at(*addresses: str) -> Callable[[str, int], list[str]]:
    """A resolver that knows one answer."""
    return lambda _host, _port: list(addresses)


ANYWHERE = "0.0.0.0"  # noqa: S104  (an address to refuse)


@pytest.mark.parametrize(
    "address",
    [
        ANYWHERE,
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1",
        "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1",
        "2001:0:7f00:1::", "fec0::1", "192.0.0.8", "192.88.99.1", "3fff::1", "64:ff9b:1::7f00:1",
        "2001:4860::5efe:a00:1", "2001:4860::200:5efe:a00:1",
    ],
)  # fmt: skip
def test_no_address_of_our_own_networks(address: str) -> None:
    with pytest.raises(PrivateTargetError):
        target("https://hooks.example/", to_loopback=False, find=at(address))
    with pytest.raises(PrivateTargetError):
        target("https://hooks.example/", to_loopback=False, find=at(PUBLIC, address))


def test_a_public_host_is_kept_with_its_addresses() -> None:
    found = target(
        "https://hooks.example/in?key=1", to_loopback=False, find=at(PUBLIC, "2606:2800:21f::1")
    )
    assert (found.host, found.port, found.path) == ("hooks.example", 443, "/in?key=1")
    assert (found.addresses, found.header) == ((PUBLIC, "2606:2800:21f::1"), "hooks.example")
    other = target("https://hooks.example:8443", to_loopback=False, find=at(PUBLIC))
    assert (other.path, other.header) == ("/", "hooks.example:8443")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/", "ftp://hooks.example/", "https://", "https:///x",
        "//hooks.example",
        "https://me:secret@hooks.example/", "https://me@hooks.example/", "https://hooks.example/#a",
        "https://hooks.example:99999/", "https://hooks.example/a b", "https://hooks.example/\r\nX:1",
        "https://[::1", f"https://hooks.example/{'a' * 500}", "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_what_is_no_address_for_a_webhook(url: str) -> None:
    with pytest.raises(UnusableTargetError):
        target(url, to_loopback=False, find=at(PUBLIC))


@pytest.mark.parametrize(
    "url", ["https://2130706433/", "https://0x7f.1/", "https://localhost/", "https://127.1/"]
)
def test_other_ways_to_write_this_machine_are_looked_up_too(url: str) -> None:
    with pytest.raises(PrivateTargetError):
        target(url, to_loopback=False)


def test_a_host_without_address_is_refused() -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(PrivateTargetError):
        target("https://none.example/", to_loopback=False, find=nowhere)
    with pytest.raises(PrivateTargetError):
        target("https://none.example/", to_loopback=False, find=at())


def test_plain_http_goes_to_this_machine_only_and_only_if_set() -> None:
    assert target("http://localhost:9/", to_loopback=True, find=at("127.0.0.1")).port == 9
    with pytest.raises(UnusableTargetError):
        target("http://hooks.example/", to_loopback=True, find=at(PUBLIC))
    with pytest.raises(PrivateTargetError):
        target("https://hooks.example/", to_loopback=True, find=at("10.0.0.1"))


def test_the_line_goes_to_the_address_that_was_looked_at() -> None:
    """The name itself leads nowhere: it is not asked a second time."""
    with receiving() as receiver:
        to = target(
            f"http://rebinds.invalid:{receiver.port}/a", to_loopback=True, find=at("127.0.0.1")
        )
        outcome = posting.post(to, {"webhook-id": "1"}, b"{}")
        (heard,) = receiver.heard
    assert (outcome.verdict, outcome.code) == (Verdict.ACCEPTED, 200)
    assert heard.headers["host"] == f"rebinds.invalid:{receiver.port}"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(204, Verdict.ACCEPTED), (302, Verdict.LATER), (307, Verdict.LATER), (400, Verdict.LATER),
     (410, Verdict.REFUSED), (500, Verdict.LATER)],
)  # fmt: skip
def test_what_follows_from_the_answer_and_no_redirect_is_followed(
    status: int, verdict: Verdict
) -> None:
    with receiving() as receiver:
        receiver.answers = [status]
        outcome = posting.post(target(receiver.url, to_loopback=True), {}, b"{}")
        assert (outcome.verdict, outcome.code) == (verdict, status)
        assert [each.path for each in receiver.heard] == ["/hook"]


def test_who_drips_is_cut_off_in_time() -> None:
    """Each byte comes before any socket's time-out: only the whole conversation has an end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            line, _address = server.accept()
            with line:
                for letter in b"HTTP/1.1 200 OK" * 20:
                    try:
                        line.send(bytes([letter]))
                    except OSError:
                        return
                    if ended.wait(0.1):
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = clock.monotonic()
        port = server.getsockname()[1]
        to = target(f"http://127.0.0.1:{port}/", to_loopback=True)
        outcome = posting.post(to, {}, b"{}", seconds=0.5)
        took = clock.monotonic() - began
        ended.set()
        thread.join()
    assert (outcome.verdict, outcome.reachable) == (Verdict.LATER, False)
    assert took < 5


def test_nobody_there_is_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    outcome = posting.post(target(f"http://127.0.0.1:{port}/", to_loopback=True), {}, b"{}")
    assert (outcome.verdict, outcome.reachable) == (Verdict.LATER, False)
