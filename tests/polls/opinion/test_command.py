"""`flask polls import-votes`: another city's conversation on the operator's screen."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from proofs.__main__ import titles
from tests.factories.opinion import World, independent, planted
from tests.test_layout import ROOT


def written(world: World, folder: Path) -> Path:
    """The world as Polis would export it."""
    with (folder / "votes.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["timestamp", "datetime", "comment-id", "voter-id", "vote"])
        for number, (person, statement, vote) in enumerate(world.casts()):
            assert vote is not None
            lines.writerow([number, "", statement, person, int(vote)])
    with (folder / "comments.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["comment-id", "moderated", "comment-body"])
        lines.writerows([each.id, 1, f"문장 {each.id}"] for each in world.statements)
    return folder


@pytest.fixture(scope="module")
def grouped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(planted(1, 300, 60, 2), tmp_path_factory.mktemp("grouped"))


def run(house: Flask, *arguments: object) -> tuple[int, str]:
    words = ["polls", "import-votes", *map(str, arguments)]
    answer = house.test_cli_runner().invoke(args=words)
    return answer.exit_code, answer.output


def facts(house: Flask, *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(house, *arguments, "--json")[1])
    return found


def test_it_says_consensus_first_then_groups(house: Flask, grouped: Path) -> None:
    status, text = run(house, grouped)
    places = [text.index(word) for word in ("Consensus\n", "across the groups", "Group A:")]
    assert (status, places) == (0, sorted(places))
    assert "Stability of the groups: 0.9" in text


def test_it_speaks_korean_as_well(house: Flask, grouped: Path) -> None:
    text = run(house, grouped, "--language", "ko")[1]
    assert text.startswith("참여자 300명, 문장 60개, ")
    assert "집단을 넘는 공감대\n" in text


def test_data_holds_what_the_sentences_say(house: Flask, grouped: Path) -> None:
    found = facts(house, grouped)
    assert (found["people"], found["withheld"]) == (300, None)
    assert [group["name"] for group in found["groups"]] == ["A", "B"]
    first = found["consensus"][0]
    assert first["text"] == f"문장 {first['statement']}"


def test_the_same_folder_gives_the_same_bytes(house: Flask, grouped: Path) -> None:
    assert run(house, grouped, "--json") == run(house, grouped, "--json")


def test_groups_that_are_withheld_are_replaced_by_the_reason(house: Flask, tmp_path: Path) -> None:
    path = written(independent(1, 200, 30), tmp_path)
    text = run(house, path)[1]
    assert "No groups are shown: People’s votes do not hang together" in text
    assert "Group A" not in text
    assert facts(house, path)["withheld"] == "no_pattern"


def test_a_profile_statement_is_in_no_list(house: Flask, grouped: Path) -> None:
    first = facts(house, grouped)["consensus"][0]["statement"]
    found = facts(house, grouped, "--profile", first)
    assert found["statements"] == 59
    assert first not in [each["statement"] for each in found["consensus"]]


def test_nothing_about_single_people_is_printed(house: Flask, grouped: Path) -> None:
    assert "p000001" in (grouped / "votes.csv").read_text(encoding="utf-8")
    for arguments in ((), ("--json",)):
        assert "p0000" not in run(house, grouped, *arguments)[1]


def test_no_percentage_of_fewer_than_thirty(house: Flask, tmp_path: Path) -> None:
    text = run(house, written(planted(1, 100, 60, 2), tmp_path))[1]
    with_share = [int(number) for number in re.findall(r"% of (\d+) votes", text)]
    without = [int(number) for number in re.findall(r"agree, (\d+) votes", text)]
    assert (min(with_share) >= 30, max(without) < 30) == (True, True)


def test_a_wrong_folder_is_refused_in_one_sentence(house: Flask, tmp_path: Path) -> None:
    status, text = run(house, tmp_path)
    expected = f"Error: {tmp_path} holds neither votes.csv nor participants-votes.csv.\n"
    assert (status, text) == (1, expected)


def test_the_web_process_starts_without_numpy() -> None:
    code = (
        "import sys; import wsgi; "
        "print(sorted({'numpy', 'hanmadang.polls.cli'} & set(sys.modules)))"
    )
    words = [sys.executable, "-c", code]
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (answer.stdout, answer.returncode) == ("['hanmadang.polls.cli']\n", 0), answer.stderr


def test_the_proof_has_a_name_with_a_dash() -> None:
    assert "opinion-groups" in titles()
