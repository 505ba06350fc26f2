"""`make test`, `make check`, `make fmt`: the stages, one after another, each named and timed.

A stage that fails does not hide the ones after it; the last line says which failed.
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from tools.bootstrap import ROOT, say

CHROMIUM = (
    "chromium-headless-shell",  # the same engine without windows: a quarter less work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Groups as the tests name them (tests/support/fixtures.py), the long browser walks first. A test
# that kills its worker ends the stage: with a new worker in its place the run never ended.
STEADY = ("--dist=loadgroup", "--no-loadscope-reorder", "--max-worker-restart=0")
PROCESSES = min(8, max(2, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Stage:
    """One command and what to call it."""

    name: str
    words: tuple[str, ...]

    def passes(self) -> bool:
        """Run it in the open, between a heading and a line with its time."""
        print(f"\n== {self.name}: {' '.join(self.words)}", flush=True)
        start = time.monotonic()
        passed = subprocess.call([sys.executable, "-m", *self.words], cwd=ROOT) == 0
        verdict = "ok" if passed else "FAILED"
        print(f"== {self.name}: {verdict} in {time.monotonic() - start:.1f} s", flush=True)
        return passed


LINT = Stage("lint", ("ruff", "check"))
FORMAT = Stage("format", ("ruff", "format", "--check"))
TYPES = Stage("types", ("mypy",))
ARCHITECTURE = Stage(  # reads the sources only, so it works while the app does not start
    "architecture",
    ("pytest", "-q", "--noconftest", "tests/test_architecture.py", "tests/test_layout.py"),
)
SQLITE = Stage("tests on SQLite", ("pytest", "-q", "-n", str(PROCESSES), *STEADY))
POSTGRESQL = Stage("tests on PostgreSQL", (*SQLITE.words, "--database=postgresql"))

PLANS = {
    "check": (LINT, FORMAT, TYPES, ARCHITECTURE),
    "test": (LINT, FORMAT, TYPES, SQLITE, POSTGRESQL),
    "fmt": (
        Stage("mend", ("ruff", "check", "--fix-only", "--exit-zero", "-q")),
        Stage("format", ("ruff", "format")),
    ),
}


def main(name: str) -> int:
    """Run the plan of that name; 0 when every stage passed."""
    start = time.monotonic()
    if name == "test":
        find_browser()
    plan = PLANS[name]
    failed = [stage.name for stage in plan if not stage.passes()]
    spent = f"{len(plan)} stages in {time.monotonic() - start:.0f} s"
    verdict = f"FAIL ({', '.join(failed)})" if failed else "PASS"
    print(f"\nmake {name}: {verdict}, {spent}", flush=True)
    return 1 if failed else 0


def find_browser() -> None:
    """Browser tests want Chromium: install it where that needs no question, else say so."""
    if any(shutil.which(name) for name in CHROMIUM):
        return
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium for the browser tests ...")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["install", "-y", "-qq", "--no-install-recommends"]
        for words in (["update", "-qq"], [*install, CHROMIUM[0]], [*install, CHROMIUM[1]]):
            command = ["apt-get", *words]
            done = subprocess.run(command, env=environment, capture_output=True, check=False)
            if words[0] == "install" and done.returncode == 0:
                break
    if not any(shutil.which(name) for name in CHROMIUM):
        say(
            "*** BROWSER TESTS WILL BE SKIPPED: no Chromium; install the package `chromium`. ***\n"
            "*** 크로미움이 없어 브라우저 시험을 건너뜁니다. chromium 꾸러미를 설치해 주세요. ***"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
