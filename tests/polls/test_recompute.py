"""Weighted totals recomputed by somebody else's program, to the last digit shown."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from hanmadang.polls.jobs import publish_tables, tables
from hanmadang.polls.profiles import Attribute
from hanmadang.polls.survey import worker
from tests.conftest import Browser
from tests.factories.profiles import MEN, WOMEN, Group, close, come, make_asking, weigh

Opener = Callable[[], Any]
FIGURES = {
    "sex": {"female": 4_834_000.0, "male": 4_551_000.0},
    "age": {"under20": 13.1, "20s": 14.2, "30s": 14.9, "40s": 15.3, "50s": 16.0, "60s": 14.1,
            "70plus": 12.4},
}  # fmt: skip
AGES = ("under20", "20s", "30s", "40s", "50s", "60s", "70plus")


def uneven() -> list[Group]:
    """1,200 people: sizes and answers differ from group to group."""
    told: list[Group] = [
        ({Attribute.SEX: sex, Attribute.AGE: age}, (18 + 7 * i, 30 + 3 * j, 24 + i + 9 * j))
        for i, sex in enumerate(("female", "male"))
        for j, age in enumerate(AGES)
    ]
    return [*told, ({}, (41, 33, 29))]


@pytest.fixture
def file(app: Flask, client: Browser, write: Opener, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The file of a closed, weighted poll."""
    monkeypatch.setattr(tables, "decided", lambda _app, order: worker.answered(order))
    with write() as session:
        poll = make_asking(session, Attribute.SEX, Attribute.AGE)
        come(session, poll, *uneven())
        weigh(session, poll, FIGURES)
        close(session, poll)
    publish_tables(app)
    return client.get(f"/polls/{poll.slug}/tables.json").get_json()


def told_by_all() -> list[Group]:
    """300 people of whom at most three kept their sex to themselves."""
    return [(WOMEN, (70, 60, 53)), (MEN, (30, 40, 47)), ({}, (1, 1, 1))]


@pytest.mark.parametrize("silent", [0, 3])
def test_where_nearly_everybody_told_totals_are_weighted(  # noqa: PLR0917
    app: Flask, client: Browser, write: Opener, monkeypatch: pytest.MonkeyPatch, root: Path,
    tmp_path: Path, silent: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(tables, "decided", lambda _app, order: worker.answered(order))
    with write() as session:
        poll = make_asking(session, Attribute.SEX)
        come(session, poll, *told_by_all()[: 2 + bool(silent)])
        weigh(session, poll)
        close(session, poll)
    publish_tables(app)
    file = client.get(f"/polls/{poll.slug}/tables.json").get_json()
    [table] = file["questions"][0]["tables"]
    assert [row["levels"] for row in table["rows"]] == [["female+unsaid"], ["male"]]
    assert "refused" not in file["questions"][0]["weighted"]
    assert recomputed(root, tmp_path, file)[0] == 0


def recomputed(root: Path, folder: Path, file: Mapping[str, Any]) -> tuple[int, list[str]]:
    path = folder / "tables.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    command = [sys.executable, "-I", str(root / "docs" / "recompute-weights.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def test_every_figure_agrees(root: Path, tmp_path: Path, file: Any) -> None:
    weighted = file["questions"][0]["weighted"]
    assert weighted["attributes"] == ["sex", "age"]
    assert weighted["n"] > 1000
    status, lines = recomputed(root, tmp_path, file)
    assert (status, lines[-1]) == (0, "PASS")
    assert lines[0].endswith("agrees")


def test_a_figure_that_was_touched_is_found(root: Path, tmp_path: Path, file: Any) -> None:
    """The sabotaged twin."""
    file["questions"][0]["weighted"]["answers"][0]["weighted"] += 1
    status, lines = recomputed(root, tmp_path, file)
    assert (status, lines[-1]) == (1, "FAIL")
    assert "DIFFERS in answers" in lines[0]


def test_a_refusal_is_repeated(root: Path, tmp_path: Path, file: Any) -> None:
    file["questions"][0]["weighted"] = {"refused": "too-few"}
    assert recomputed(root, tmp_path, file)[0] == 0
