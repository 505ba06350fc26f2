"""Catalogues are compiled when their text is newer."""

import gettext
import os
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo

from hanmadang.kernel.catalogues import compile_stale

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Seat"
msgstr "{word}"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A Korean catalogue of one word."""
    path = tmp_path / "ko" / "LC_MESSAGES" / "events.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO.format(word="자리"), encoding="utf-8")
    return path


def said(source: Path) -> str:
    """What the compiled catalogue says."""
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Seat")


def test_a_text_without_compiled_form_is_compiled(source: Path, tmp_path: Path) -> None:
    assert compile_stale(tmp_path) == [source.with_suffix(".mo")]
    assert said(source) == "자리"
    assert not list(tmp_path.rglob("*.part"))


def test_nothing_is_done_twice(source: Path, tmp_path: Path) -> None:
    compile_stale(tmp_path)
    assert compile_stale(tmp_path) == []


def test_a_newer_text_replaces_the_compiled_form(source: Path, tmp_path: Path) -> None:
    compile_stale(tmp_path)
    source.write_text(PO.format(word="좌석"), encoding="utf-8")
    later = source.with_suffix(".mo").stat().st_mtime + 5
    os.utime(source, (later, later))
    assert len(compile_stale(tmp_path)) == 1
    assert said(source) == "좌석"


def test_a_folder_without_texts_is_fine(tmp_path: Path) -> None:
    assert compile_stale(tmp_path) == []


def test_two_processes_may_compile_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "web.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Home"\nmsgstr "홈"\n', "utf-8")
    others: list[int] = []

    def interrupted(file: Any, catalogue: Any) -> None:
        if not others:
            others.append(os.getpid() + 1)
            monkeypatch.setattr(os, "getpid", lambda: others[0])
            assert compile_stale(tmp_path) == [folder / "web.mo"]
        write_mo(file, catalogue)

    monkeypatch.setattr("hanmadang.kernel.catalogues.write_mo", interrupted)
    assert compile_stale(tmp_path) == [folder / "web.mo"]
    assert [path.name for path in folder.iterdir() if path.suffix != ".po"] == ["web.mo"]
