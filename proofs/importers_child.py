"""A process that reads broken files one after another and measures each: time, memory, outcome."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hanmadang.courses.exchange import child
from hanmadang.kernel.errors import DomainError
from hanmadang.paths import PACKAGES

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Said:
    """What reading one file gave."""

    outcome: str
    """``read``, ``refused``, or what went wrong."""
    seconds: float
    megabytes: float


class Worker:
    """The process, as its parent sees it."""

    def __enter__(self) -> Self:
        paths = os.pathsep.join([str(PACKAGES), str(ROOT)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "proofs.importers_child"],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, name: str, data: bytes) -> Said:
        """Read one file there."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        head = json.dumps({"name": name, "size": len(data)}).encode()
        try:
            self._process.stdin.write(head + b"\n" + data)
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = b""
        return Said(**json.loads(line)) if line else Said("the process ended", 0.0, 0.0)


def main() -> None:
    """Answer until nobody asks."""
    order: dict[str, Any] = {"format": "", "language": "ko", "competency": "any"}
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        data = sys.stdin.buffer.read(asked["size"])
        before = _spent()
        outcome = _outcome(order | {"name": asked["name"]}, data)
        said = {"outcome": outcome, "seconds": _spent() - before, "megabytes": _most_memory()}
        print(json.dumps(said), flush=True)


def _outcome(order: dict[str, Any], data: bytes) -> str:
    try:
        child.answer(order, data)
    except DomainError:
        return "refused"
    except (MemoryError, child.SlowError):
        return "too heavy, of a file this small"
    except Exception as error:  # noqa: BLE001  (this is what is looked for)
        return f"{type(error).__name__}: {error}"[:300]
    return "read"


def _spent() -> float:
    times = os.times()
    return times.user + times.system


def _most_memory() -> float:
    """The most that this process ever held, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
