"""Two ways into a house: the test client, and HTTP to a server that runs."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

from flask import Flask

_FORM = "application/x-www-form-urlencoded"
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the house said."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case; of several cookies the last."""
    body: bytes

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("location", "")


class Door(Protocol):
    """Something that answers requests."""

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], form: Fields | None = None
    ) -> Reply:
        """One request; the answer read to its end."""


@dataclass(frozen=True, slots=True)
class ClientDoor:
    """Werkzeug's test client: no server, no socket."""

    app: Flask

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], form: Fields | None = None
    ) -> Reply:
        """One request; the answer read to its end."""
        client = self.app.test_client(use_cookies=False)
        sent = None if form is None else dict(form)
        answer = client.open(path, method=method, headers=dict(headers), data=sent, buffered=True)
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, found, answer.data)


@dataclass(slots=True)
class HttpDoor:
    """HTTP over one connection that is kept."""

    host: str
    port: int
    _kept: http.client.HTTPConnection | None = field(default=None, init=False)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], form: Fields | None = None
    ) -> Reply:
        """One request; the answer read to its end."""
        body = None if form is None else urlencode(form)
        sent = dict(headers) if body is None else {**headers, "Content-Type": _FORM}
        if self._kept is None:
            self._kept = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            self._kept.request(method, path, body, sent)
            answer = self._kept.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        except (http.client.HTTPException, OSError):
            self._kept.close()
            self._kept = None
            raise
