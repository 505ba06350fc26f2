"""Open data: what the results page of a closed poll shows, in files, recomputed by a stranger."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hanmadang.polls.domain import BallotSet, change_state
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.queries.open_data import COLUMNS
from hanmadang.polls.scales import Scale
from hanmadang.polls.shapes import Settings
from tests.conftest import Browser
from tests.factories import polls
from tests.factories.polls import NOW, cast

Opener = Callable[[], Any]
SCRIPT = Path(__file__).parents[2] / "docs" / "recompute-results.py"


@pytest.fixture
def closed(write: Opener) -> Poll:
    """A closed poll of every type, with answers of seven people."""
    likert = replace(polls.LIKERT, settings=Settings(Scale.AGREEMENT_5, mean=True))
    asked = (
        polls.KNOWLEDGE, polls.INTEREST, likert, polls.BETWEEN, polls.MINUTES, polls.RANKED,
        polls.POINTS,
    )  # fmt: skip
    with write() as session:
        poll = polls.make_poll(session, *asked, title=polls.both("모든 유형", "Every type"))
        cast(session, *(_sheet(poll, n) for n in range(7)))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        return poll


def _sheet(poll: Poll, n: int) -> BallotSet:
    knowledge, interest, likert, between, minutes, ranked, points = poll.questions
    ids = [option.id for option in ranked.options]
    given = [option.id for option in points.options]
    answers = {
        knowledge.id: [knowledge.options[n % 2].id],
        interest.id: [interest.options[0].id, interest.options[1 + n % 2].id],
        likert.id: [likert.options[n % 5].id],
        between.id: [between.options[n % 3].id],
        minutes.id: [n],
        ranked.id: ids[n % 3 :] + ids[: n % 3],
        points.id: [given[0]] * (n % 3) + [given[1]] * (polls.POINTS.settings.points - n % 3),
    }
    return BallotSet(poll.id, f"voter-{n}", f"key-of-request-{n}", answers)


def rows_of(client: Browser) -> list[dict[str, str]]:
    text = client.get("/polls/every-type/results.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_holds_what_the_page_shows(client: Browser, closed: Poll) -> None:
    code = closed.code
    live = client.get(f"/live/{code}.json").get_json()
    shown = [(bar["count"], bar["share"]) for each in live["questions"] for bar in each["options"]]
    filed = [
        (
            int(row["points" if row["type"] in {"ranking", "points"} else "count"]),
            float(row["share"]),
        )
        for row in rows_of(client)
    ]
    assert filed == shown
    assert tuple(rows_of(client)[0]) == COLUMNS


def test_the_codebook_says_what_was_asked(client: Browser, closed: Poll) -> None:
    book = json.loads(client.get("/polls/every-type/codebook.json").data)
    assert book["title"] == {"ko": "모든 유형", "en": "Every type"}
    assert (book["assurance"], book["sample"], book["format"]) == (
        "L0",
        False,
        "hanmadang-codebook/1",
    )
    assert [each["type"] for each in book["questions"]] == [
        "one", "several", "scale", "scale", "number", "ranking", "points",
    ]  # fmt: skip
    assert book["questions"][2]["settings"] == {"scale": "agreement-5", "mean": True}
    assert set(book["questions"][4]["figures"]) == {"lower", "median", "upper"}


def test_a_stranger_recomputes_every_figure(client: Browser, closed: Poll, tmp_path: Path) -> None:
    done = recompute(client, tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "PASS: 0 faults")
    assert len(done.stdout.splitlines()) > len(rows_of(client))


def test_a_changed_count_is_found(client: Browser, closed: Poll, tmp_path: Path) -> None:
    """The sabotaged twin."""
    done = recompute(client, tmp_path, lambda text: text.replace(",4,0,0,57.1", ",5,0,0,57.1"))
    assert done.returncode == 1
    assert "FAULT" in done.stdout


def recompute(
    client: Browser, tmp_path: Path, change: Callable[[str], str] = str
) -> "subprocess.CompletedProcess[str]":
    """Run the script as a stranger would."""
    results, codebook = tmp_path / "results.csv", tmp_path / "codebook.json"
    published = client.get("/polls/every-type/results.csv").data.decode()
    results.write_text(change(published), encoding="utf-8")
    assert change is str or results.read_text(encoding="utf-8") != published
    codebook.write_bytes(client.get("/polls/every-type/codebook.json").data)
    words = [sys.executable, "-S", str(SCRIPT), str(results), str(codebook)]
    return subprocess.run(words, capture_output=True, text=True, check=False, encoding="utf-8")


def test_nothing_is_published_while_answers_are_taken(client: Browser, write: Opener) -> None:
    with write() as session:
        slug = polls.make_poll(session).slug
    for path in (
        f"/ko/polls/{slug}/data",
        f"/polls/{slug}/results.csv",
        f"/polls/{slug}/codebook.json",
    ):
        assert client.get(path).status_code == 404
    assert f"/polls/{slug}/data" not in client.get(f"/ko/polls/{slug}/results").text


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", ("공개 데이터", "문항 번호")), ("en", ("Open data", "Number of the question, from 1"))],
)
def test_the_page_explains_each_column(
    client: Browser, closed: Poll, language: str, words: tuple[str, str]
) -> None:
    page = client.get(f"/{language}/polls/every-type/data").text
    assert all(word in page for word in words)
    assert all(f"<code>{name}</code>" in page for name in COLUMNS)
    assert (
        f"/{language}/polls/every-type/data"
        in client.get(f"/{language}/polls/every-type/results").text
    )
