"""`make doctor`: what this machine has and what it lacks, without changing anything."""

import importlib.util
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

from tools import bootstrap
from tools.stages import CHROMIUM


def findings() -> Iterator[tuple[bool, str]]:
    """(fine?, sentence) for each thing looked at."""
    yield True, f"Python {sys.version.split()[0]} at {sys.executable}"
    yield sqlite3.sqlite_version_info >= bootstrap.SQLITE, f"SQLite {sqlite3.sqlite_version}"
    has_venv = bool(importlib.util.find_spec("ensurepip"))
    yield has_venv, "venv module" if has_venv else "no venv module: apt install python3-venv"
    free = shutil.disk_usage(bootstrap.ROOT).free // 1_000_000
    yield free > bootstrap.ROOM_FOR["requirements.txt"], f"{free} MB free on this disk"
    for name in bootstrap.ROOM_FOR:
        ready = bootstrap.is_ready(name)
        yield ready, f".venv matches {name}" if ready else f".venv does not hold {name} yet"
    yield _port()
    yield _program("PostgreSQL", ("postgres",), "tests on PostgreSQL use the one in the lock")
    yield _program("Redis or Valkey", ("valkey-server", "redis-server"), "only scale mode needs it")
    yield _program("Chromium", CHROMIUM, "browser tests will be skipped")


def _port() -> tuple[bool, str]:
    try:
        bootstrap.check_port()
    except bootstrap.Trouble as trouble:
        return False, str(trouble).splitlines()[0]
    return True, f"port {os.environ['PORT']} is free on {os.environ['HOST']}"


def _program(title: str, names: tuple[str, ...], otherwise: str) -> tuple[bool, str]:
    found = next(filter(None, map(shutil.which, names)), None)
    return (True, f"{title} at {found}") if found else (False, f"no {title}: {otherwise}")


def main() -> int:
    """Print the findings, then the application's own; always 0, for nothing was asked to pass."""
    print(f"Hanmadang in {bootstrap.ROOT} on {socket.gethostname()}")
    for fine, sentence in findings():
        print(f"  {'ok' if fine else '--'}  {sentence}")
    if bootstrap.is_ready("requirements.txt"):
        command = bootstrap.flask("doctor")
        own = subprocess.run(command, capture_output=True, text=True, check=False)
        print((own.stdout if own.returncode == 0 else own.stderr).rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
