"""The folder itself: what must be there, what must never be."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_platform_is_no_package() -> None:
    """With an __init__.py it would hide the standard library's `platform` from everybody."""
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_the_standard_library_keeps_its_platform() -> None:
    words = [sys.executable, "-c", "import platform; print(platform.system())"]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout.strip() != "", result.stderr) == (0, True, "")


EXPECTED = (
    *("README.md", "README.ko.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"),
    *("LICENSE", "NOTICE", "requirements.txt", "requirements-dev.txt", "wsgi.py"),
)


def test_what_people_look_for_is_there() -> None:
    assert [name for name in EXPECTED if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locks_hold_no_address(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert [line for line in lines if "://" in line or line.startswith(("-", "/"))] == []


def pins(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {line.split(" ;")[0].strip(" \\") for line in lines if "==" in line}


def test_locks_agree() -> None:
    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


def test_an_old_python_can_read_the_bootstrap() -> None:
    source = (ROOT / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 6)).body != []
