"""A whole product for a proof: fresh database, real server processes, people who are signed in."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from hanmadang.factory import create_app
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.ids import keyed, new_key, new_secret
from hanmadang.settings import load
from tests.factories.people import make_account, open_session
from tests.support import postgres
from tests.support.ports import wait_until

ROOT = Path(__file__).resolve().parent.parent
LOCAL = "127.0.0.1"
SECRET = "a key for proofs only, it guards nothing"  # noqa: S105
DATABASES = ("sqlite", "postgresql")


@dataclass(slots=True)
class Answer:
    """What a server said."""

    status: int
    location: str
    body: bytes


@dataclass(slots=True)
class Person:
    """A signed-in browser: it keeps its cookies and knows how to send a form."""

    account_id: int
    session: str
    device: str = field(default_factory=new_secret)

    @property
    def cookies(self) -> str:
        """The Cookie header."""
        session = f"; hm_session={self.session}" if self.session else ""
        return f"hm_device={self.device}{session}"

    def form(self, fields: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> str:
        """A form body with its token and a fresh idempotency key."""
        own = {"csrf_token": keyed(SECRET, "form", self.device), "idempotency_key": new_key()}
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        return urlencode([*own.items(), *pairs])


@dataclass(slots=True)
class House:
    """The running product."""

    app: Flask
    ports: list[int]
    environment: dict[str, str]
    commands: list[tuple[list[str], int]] = field(default_factory=list)
    """How each process is started, and the socket it inherits."""
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def pids(self) -> list[int]:
        """The processes that serve."""
        return [server.pid for server in self.servers]

    def start(self, place: int) -> subprocess.Popen[bytes]:
        """Start the process of that place."""
        command, descriptor = self.commands[place]
        log = Path(self.environment["HANMADANG_INSTANCE"]) / "server.log"
        with log.open("ab") as errors:
            return subprocess.Popen(
                command, env=self.environment, cwd=ROOT, pass_fds=[descriptor], stderr=errors
            )

    def kill(self, place: int) -> None:
        """SIGKILL to one process; another takes its place, and its socket, at once."""
        self.servers[place].kill()
        self.servers[place].wait()
        self.servers[place] = self.start(place)

    def stop(self) -> None:
        """End all processes."""
        for server in self.servers:
            end(server)

    def people(self, number: int) -> list[Person]:
        """New citizens, signed in."""
        with self.app.app_context(), transaction() as session:
            made = [make_account(session) for _ in range(number)]
            return [Person(each.id, open_session(session, each)) for each in made]

    def ask(
        self, path: str, person: Person | None = None, form: str | None = None, place: int = 0
    ) -> Answer:
        """One request on a connection of its own to one of the processes."""
        kind = "application/x-www-form-urlencoded"
        return self.send(path, person, form.encode() if form is not None else None, kind, place)

    def send(
        self, path: str, person: Person | None, body: bytes | None, kind: str, place: int = 0
    ) -> Answer:
        """The same with any body, of that kind."""
        connection = http.client.HTTPConnection(
            LOCAL, self.ports[place % len(self.ports)], timeout=60
        )
        headers = {"Cookie": person.cookies} if person else {}
        if body is not None:
            headers["Content-Type"] = kind
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers.get("Location", ""), response.read())
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Manner:
    """How a house is served where it matters to a proof."""

    processes: int = 1
    is_shared: bool = False
    """Whether all processes accept from one socket, as scale mode does."""
    wsgi: str = "wsgi"
    """The module with the app, so that a twin can break it first."""
    demo: bool = False
    limits: bool = False
    durable: bool = False
    """Whether PostgreSQL flushes its commits to the disk, as it must outside of tests."""
    redis_url: str = ""


@contextmanager
def opened(
    database: str, *, processes: int = 1, wsgi: str = "wsgi", demo: bool = False
) -> Iterator[House]:
    """Serve an empty migrated database with that many processes; all end with the block."""
    with served(database, Manner(processes, wsgi=wsgi, demo=demo)) as house:
        yield house


@contextmanager
def served(database: str, manner: Manner) -> Iterator[House]:
    """The same, served in that manner."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hanmadang-")))
        url = f"sqlite:///{folder / 'proof.sqlite'}"
        if database == "postgresql":
            server = stack.enter_context(postgres.server(durable=manner.durable))
            url = stack.enter_context(server.database())
        environment = _environment(folder, url, manner)
        flask = [sys.executable, "-m", "flask", "--app", manner.wsgi]
        subprocess.run(
            [*flask, "setup"], env=environment, cwd=ROOT, check=True, capture_output=True
        )
        count = 1 if manner.is_shared else manner.processes
        listeners = [stack.enter_context(listening()) for _ in range(count)]
        app = create_app(load(environment))
        ports = [listener.getsockname()[1] for listener in listeners]
        house = House(app, ports, environment)
        for place in range(manner.processes):
            descriptor = listeners[place % count].fileno()
            command = [*flask, "serve", "--worker", str(descriptor)]
            house.commands.append((command, descriptor))
        stack.callback(house.stop)
        house.servers += [house.start(place) for place in range(manner.processes)]
        for place in range(manner.processes):
            wait_until(partial(_lives, house, place), 30)
        yield house
        with app.app_context():
            db.engine.dispose()


def _lives(house: House, place: int) -> bool:
    return house.ask("/healthz", place=place).status == HTTPStatus.OK


def _environment(folder: Path, url: str, manner: Manner) -> dict[str, str]:
    return {
        **os.environ,
        "HANMADANG_INSTANCE": str(folder),
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "HANMADANG_BASE_URL": f"http://{LOCAL}",
        "REDIS_URL": manner.redis_url,
        "HANMADANG_DEMO": "1" if manner.demo else "",
        "HANMADANG_LIMITS": "1" if manner.limits else "0",
        "PYTHONPATH": str(ROOT / "platform"),
    }


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket on a free port of this machine, for a server process to inherit."""
    with socket.socket() as listener:
        listener.bind((LOCAL, 0))
        listener.listen(4096)
        listener.set_inheritable(True)
        yield listener


def end(server: subprocess.Popen[bytes]) -> None:
    """Stop a server we started: politely, then surely."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
