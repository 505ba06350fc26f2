"""The one place that sends HTTP requests, and only to programs that people registered.

An address typed by a person must not lead us into our own network (SSRF): the host's name is
resolved at registration and again at each sending, every address must be public, and the
connection goes to an address that was looked at, never to a name that is resolved once more.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from hanmadang.kernel import clock
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.reminders.deadlines import ended_by
from hanmadang.reminders.outcomes import Outcome, Verdict

LONGEST = 500
SECONDS = 10.0
"""From the first packet to the status line."""
_PORTS = {"https": 443, "http": 80}
_MOST_ADDRESSES = 3
_GONE = 410
_SUCCESS = range(200, 300)
_TRANSLATED = ip_network("64:ff9b::/96")
_OLD = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "5f00::/16")))
_ISATAP, _ANY_UNIVERSAL = 0x00005EFE, 0xFDFFFFFF
"""Before an IPv4 address in the lower half of one of IPv6, with or without the universal bit."""
_MOST_WORDS = 200
_BROKEN = (OSError, http.client.HTTPException, ValueError)

Resolve = Callable[[str, int], list[str]]


class UnusableTargetError(DomainError):
    """Not an address that a webhook may have (422)."""

    status = 422
    text = lazy("Please give an address that begins with https:// and has no password in it.")


class PrivateTargetError(UnusableTargetError):
    """The host's name leads into a private network, or nowhere (422)."""

    text = lazy("This host cannot be reached from the Internet, so we send nothing there.")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send, with the addresses that were found to be public."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def header(self) -> str:
        """What the Host header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; raises OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def target(url: str, *, to_loopback: bool, find: Resolve = resolve) -> Target:
    """The usable target behind a URL.

    Raises UnusableTargetError, and PrivateTargetError when any address of the host is not public.
    """
    scheme, host, port, path = _parts(url, to_loopback=to_loopback)
    try:
        addresses = find(host, port)
        public = all(_is_public(each, to_loopback=to_loopback) for each in addresses)
    except (OSError, ValueError) as error:
        raise PrivateTargetError from error
    if not addresses or not public:
        raise PrivateTargetError
    if scheme == "http" and not all(ip_address(each).is_loopback for each in addresses):
        raise UnusableTargetError
    return Target(scheme, host, port, path, tuple(addresses))


def _parts(url: str, *, to_loopback: bool) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise UnusableTargetError from error
    schemes = {"https", "http"} if to_loopback else {"https"}
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    if (
        len(url) > LONGEST
        or not url.isprintable()  # the parser would quietly drop line breaks
        or parts.scheme not in schemes
        or not host
        or "@" in parts.netloc
        or parts.fragment
        or not (path.isascii() and path.isprintable() and " " not in path)
    ):
        raise UnusableTargetError
    return parts.scheme, host, port or _PORTS[parts.scheme], path


def _is_public(text: str, *, to_loopback: bool) -> bool:
    address = ip_address(text.partition("%")[0])
    if to_loopback and address.is_loopback:
        return True
    if address.is_multicast or address.is_reserved or not address.is_global or _is_old(address):
        return False
    inner = _inside(address)
    return inner is None or _is_public(str(inner), to_loopback=False)


def _is_old(address: IPv4Address | IPv6Address) -> bool:
    """What is no longer public, or never was, and that Python still takes for it."""
    if isinstance(address, IPv6Address) and address.is_site_local:
        return True
    return any(address in network for network in _OLD if network.version == address.version)


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address to which a gateway would carry what is sent to this one."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if (int(address) >> 32) & _ANY_UNIVERSAL == _ISATAP:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def post(to: Target, headers: Mapping[str, str], body: bytes, seconds: float = SECONDS) -> Outcome:
    """Send `body`; only the status of the answer is read, and no redirect is followed."""
    end = clock.monotonic() + seconds
    try:
        status = _converse(to, headers, body, end)
    except _BROKEN as error:
        words = (str(error) or type(error).__name__)[:_MOST_WORDS]
        return Outcome(Verdict.LATER, None, words, reachable=False)
    if status in _SUCCESS:
        return Outcome(Verdict.ACCEPTED, status)
    return Outcome(Verdict.REFUSED if status == _GONE else Verdict.LATER, status)


def _converse(to: Target, headers: Mapping[str, str], body: bytes, end: float) -> int:
    line = _wrapped(to, _connected(to, end))
    connection = http.client.HTTPConnection(to.host, to.port)
    connection.sock = line
    try:
        with ended_by(line, end):
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            connection.request("POST", to.path, body, {**headers, "Host": to.header})
            return connection.getresponse().status
    finally:
        connection.close()
        line.close()


def _connected(to: Target, end: float) -> socket.socket:
    """A line to the first of the addresses that answers."""
    failure: OSError | None = None
    for address in to.addresses[:_MOST_ADDRESSES]:
        left = end - clock.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, to.port), timeout=left)
        except OSError as error:
            failure = error
    raise failure or TimeoutError("there was no time left")


def _wrapped(to: Target, line: socket.socket) -> socket.socket:
    if to.scheme == "http":
        return line
    context = ssl.create_default_context()
    return context.wrap_socket(line, server_hostname=to.host, do_handshake_on_connect=False)
