"""What the documents name exists, and what exists is named."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from hanmadang.kernel import fsck
from hanmadang.kernel.permissions import GRANTS, Permission, Role
from hanmadang.reminders.ticks import all_ticks
from hanmadang.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NOT_OURS = frozenset({"db", "limiter", "routes", "run", "shell"})
"""Commands that Flask and its extensions bring."""


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_explained(name: str) -> None:
    row = re.search(rf"^\| `HANMADANG_{name.upper()}`.*\|$", OPERATE, re.MULTILINE)
    assert row
    assert all(cell.strip() for cell in row[0].strip("|").split("|"))


def test_no_setting_is_invented() -> None:
    known = {f"HANMADANG_{field.name.upper()}" for field in fields(Settings)}
    for document in DOCUMENTS:
        named = set(re.findall(r"HANMADANG_[A-Z_]+", document.read_text(encoding="utf-8")))
        assert named <= known, document


def test_defaults_are_as_written() -> None:
    for field in fields(Settings):
        if isinstance(field.default, str) and field.default:
            assert f"| `{field.default}` |" in OPERATE, field.name


def test_every_command_is_explained_and_none_is_invented(house: Flask) -> None:
    ours = set(house.cli.commands) - NOT_OURS
    assert set(re.findall(r"^\| `flask ([a-z-]+)", OPERATE, re.MULTILINE)) == ours


def test_every_periodic_job_is_explained_with_its_pace(house: Flask) -> None:
    units = {"s": 1, "h": 3600}
    rows = re.findall(r"^\| `([^`]+)` \| (\d+) ([sh]) \|", OPERATE, re.MULTILINE)
    found = {name: int(number) * units[unit] for name, number, unit in rows}
    assert found == {tick.name: tick.seconds for tick in all_ticks()}


def test_every_check_is_explained(house: Flask) -> None:
    sentence = OPERATE[OPERATE.index("`flask fsck` runs") :].partition("\n")[0]
    assert set(re.findall(r"`([a-z]+)` \(", sentence)) == set(fsck.names())


def test_the_permission_table_is_the_code() -> None:
    lines = [line.strip("|").split("|") for line in OPERATE.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line] for line in lines]
    roles = next(row[1:] for row in cells if row[0] == "permission")
    found = {
        row[0].strip("`"): {role for role, mark in zip(roles, row[1:], strict=True) if mark}
        for row in cells
        if row[0].strip("`") in set(Permission)
    }
    assert found == {
        permission.value: {role.value for role in Role if permission in GRANTS[role]}
        for permission in Permission
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_every_health_page_is_explained(house: Flask, path: str) -> None:
    assert f"`{path}`" in OPERATE
    assert path in {rule.rule for rule in house.url_map.iter_rules()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target) and not target.startswith("#"):
            assert (document.parent / target.partition("#")[0]).exists(), target


def test_both_readmes_have_the_same_commands() -> None:
    korean, english = (
        re.findall(
            r"^```\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
        for name in ("README.ko.md", "README.md")
    )
    assert korean == english
    assert len(english) >= 3


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        named = re.findall(r"`make ([a-z]+)", document.read_text(encoding="utf-8"))
        assert set(named) <= targets, document


def test_the_statement_for_a_restored_outbox_runs(app: Flask, write: Any) -> None:
    statement = re.search(r"```sql\n(.*?)```", OPERATE, re.DOTALL)
    assert statement
    with write() as session:
        session.execute(text(statement[1].strip().rstrip(";")))
