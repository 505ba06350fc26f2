"""`make lock`: pin the whole tree of pyproject.toml, with hashes, for every platform at once.

The two files hold no address and no path of this machine, so anyone's package index will do.
"""

import os
import subprocess
import sys

from tools.bootstrap import ROOT

COMPILE = (
    *("uv", "pip", "compile", "--quiet", "--no-config", "--universal", "--generate-hashes"),
    *("--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links"),
    *("--no-header", "--no-annotate", "pyproject.toml"),
)


def main() -> int:
    """Write both locks; the development one may not disagree with the other."""
    newer = ("--upgrade",) if os.environ.get("UPGRADE") else ()
    runtime = ("--output-file", "requirements.txt")
    development = (
        *("--group", "dev", "--constraint", "requirements.txt"),
        *("--output-file", "requirements-dev.txt"),
    )
    for output in (runtime, development):
        words = [sys.executable, "-m", *COMPILE, *newer, *output]
        if subprocess.call(words, cwd=ROOT):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
