"""`flask setup` and `flask serve` as an operator meets them: real processes, ports and signals."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.serving.conftest import ask
from tests.support import postgres
from tests.support.ports import LOCAL, free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = {"Host": "127.0.0.1"}
POLL = "/en/polls/tonight-songs-of-north-and-south"
Environment = dict[str, str]


def flask(environment: Environment, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def environment_of(folder: Path, **values: str) -> Environment:
    """An installation of its own in `folder`."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return kept | {"HANMADANG_INSTANCE": str(folder), "PYTHONDONTWRITEBYTECODE": "1"} | values


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An installation on SQLite, set up with the sample city."""
    environment = environment_of(tmp_path_factory.mktemp("embedded"))
    assert flask(environment, "setup").returncode == 0
    assert flask(environment, "demo-load").returncode == 0
    return environment


@pytest.fixture(scope="module")
def scaled(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: postgres.Postgres,
    redis_url: str,
) -> Iterator[Environment]:
    """An installation on PostgreSQL and Redis, set up with the sample city."""
    with postgres_server.database() as url:
        environment = environment_of(
            tmp_path_factory.mktemp("scaled"), DATABASE_URL=url, REDIS_URL=redis_url
        )
        assert flask(environment, "setup").returncode == 0
        assert flask(environment, "demo-load").returncode == 0
        yield environment


Start = Callable[..., tuple[subprocess.Popen[bytes], int]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start(environment, "--scale")` gives a serving process and its port."""
    with ExitStack() as stack:

        def begin(environment: Environment, *words: str) -> tuple[subprocess.Popen[bytes], int]:
            port = free_port()
            log = stack.enter_context((tmp_path / f"{port}.log").open("wb"))
            line = [sys.executable, "-m", "flask", "serve", "--port", str(port), *words]
            process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=log, stderr=log)
            stack.callback(_end, process)
            assert wait_until(lambda: _is_well(port), 90, process), Path(log.name).read_text()
            return process, port

        yield begin


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
        return
    process.kill()
    process.wait()


def _is_well(port: int) -> bool:
    try:
        return ask(port, path="/healthz", headers=HOST).status == 200
    except (OSError, http.client.HTTPException):
        return False


def children_of(process: subprocess.Popen[bytes]) -> set[int]:
    """Process numbers of the children."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return {int(word) for word in listed.split()}


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> float:
    """Seconds it takes to end after the signal."""
    started = time.monotonic()
    process.send_signal(how)
    process.wait(20)
    return time.monotonic() - started


Watch = Callable[[int], http.client.HTTPResponse]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """`watch(port)` opens the stream of the open poll's results; its first frame is read."""
    with ExitStack() as stack:

        def open_one(port: int) -> http.client.HTTPResponse:
            page = ask(port, path=f"{POLL}/results", headers=HOST).body.decode()
            stream = re.search(r"/live/[A-Z0-9]+", page)
            assert stream
            line = http.client.HTTPConnection(LOCAL, port, timeout=10)
            stack.callback(line.close)
            line.request("GET", stream[0], headers=HOST)
            answer = stack.enter_context(line.getresponse())
            assert answer.status == 200
            _data(answer)
            return answer

        yield open_one


def _data(stream: http.client.HTTPResponse) -> str:
    """The next frame's data; comments and blank lines are skipped."""
    while True:
        line = stream.readline().decode()
        assert line, "the stream ended"
        if line.startswith("data:"):
            return line


# --- One process ----------------------------------------------------------------------------


@pytest.mark.slow
def test_setting_up_twice_is_harmless(embedded: Environment) -> None:
    again = flask(embedded, "setup")
    assert (again.returncode, again.stdout.startswith("Ready: ")) == (0, True)
    assert "Traceback" not in again.stderr


@pytest.mark.slow
def test_setting_up_brings_an_old_database_up_to_date(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    assert flask(environment, "db", "upgrade", "0001").returncode == 0
    refused = flask(environment, "serve", "--port", "0")
    assert refused.returncode == 1
    assert "run `python -m flask setup` first" in refused.stderr
    assert flask(environment, "setup").returncode == 0
    assert flask(environment, "db", "check").returncode == 0


@pytest.mark.slow
def test_a_taken_port_is_one_sentence(embedded: Environment, start: Start) -> None:
    _process, port = start(embedded)
    answer = flask(embedded, "serve", "--port", str(port))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == (
        f"Error: Port {port} is taken: stop what uses it, or set PORT to another one.\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--scale"], "Scale mode needs PostgreSQL: set DATABASE_URL, or serve without --scale."),
        (["--host", "203.0.113.1"], "Cannot listen on 203.0.113.1:8000"),
    ],
)
def test_what_cannot_start_says_why(embedded: Environment, words: list[str], sentence: str) -> None:
    answer = flask(embedded, "serve", *words)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Error: {sentence}")
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("command", ["setup", "serve"])
def test_a_database_that_is_away_is_one_sentence(tmp_path: Path, command: str) -> None:
    url = f"postgresql://nobody@{LOCAL}:{free_port()}/none"
    answer = flask(environment_of(tmp_path, DATABASE_URL=url), command)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: The database does not answer (")
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_although_viewers_watch(
    embedded: Environment, start: Start, watch: Watch, how: signal.Signals
) -> None:
    process, port = start(embedded)
    viewers = [watch(port) for _ in range(5)]
    assert stop(process, how) < 4
    for viewer in viewers:
        assert b"data:" not in viewer.read()  # ended in order: http.client would raise else


# --- Several processes ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.postgres
def test_scale_mode_answers_heals_and_leaves_nothing_behind(
    scaled: Environment, start: Start
) -> None:
    process, port = start(scaled, "--scale", "--workers", "2")
    before = children_of(process)
    assert len(before) == 3
    os.kill(min(before), signal.SIGKILL)
    assert wait_until(lambda: len(children_of(process) - before) == 1)
    after = children_of(process)
    assert wait_until(lambda: ask(port, path="/readyz", headers=HOST).status == 200)
    assert stop(process) < 10
    assert not [number for number in after if Path(f"/proc/{number}").exists()]


@pytest.mark.slow
@pytest.mark.postgres
def test_a_vote_on_one_server_reaches_a_viewer_on_another(
    scaled: Environment, start: Start, watch: Watch
) -> None:
    """Two supervisors with a worker each, so that it is known who is where."""
    _here, port = start(scaled, "--scale", "--workers", "1")
    _there, other_port = start(scaled, "--scale", "--workers", "1")
    viewer = watch(port)
    vote(other_port)
    started = time.monotonic()  # the vote is answered
    _data(viewer)
    assert time.monotonic() - started < 1


def vote(port: int) -> None:
    """Answer the open poll as a browser would, on a new device."""
    page = ask(port, path=POLL, headers=HOST)
    html = page.body.decode()
    fields = dict(re.findall(r'name="(csrf_token|idempotency_key)"[^>]* value="([^"]+)"', html))
    choices = re.findall(r'name="(q[0-9]+)" type="(?:radio|checkbox)" value="([^"]+)"', html)
    fields |= dict(reversed(choices))
    cookie = str(page.headers["set-cookie"]).partition(";")[0]
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    answer = ask(port, "POST", POLL, body=urlencode(fields), headers=HOST | form)
    assert (answer.status, answer.headers["location"]) == (303, f"{POLL}/answered")
