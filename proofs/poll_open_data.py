"""Open data: strangers' scripts recompute tallies, weights, groups and seals from published files.

Three polls are held and closed: one of every type of question, one of statements with two camps,
one whose people told their groups and whose totals are weighted. Their files are fetched over
HTTP, given to the scripts of docs/ (none of which knows our package), and what the scripts work
out is compared with the figures printed on the pages. The twin changes one number in each file.
"""

import html
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from hanmadang.kernel.db import transaction
from hanmadang.kernel.ids import new_key
from hanmadang.polls import jobs
from hanmadang.polls.domain import BallotSet, change_state
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.profiles import Attribute
from proofs import Run, Verdict
from proofs.house import DATABASES, House, opened
from tests.factories import polls, profiles, statements

DOCS = Path(__file__).resolve().parent.parent / "docs"
VOTERS, CAMPS, TOLD = 1_500, 1_000, 3_000
AGES = ("under20", "20s", "30s", "40s", "50s", "60s", "70plus")
FIGURES = {
    "sex": {"female": 4_834_000.0, "male": 4_551_000.0},
    "age": dict(zip(AGES, (13.1, 14.2, 14.9, 15.3, 16.0, 14.1, 12.4), strict=True)),
}
_FACT = re.compile(r"(?:Agree|Disagree): (?:([\d.]+)% \(([\d,]+) of ([\d,]+)\)|([\d,]+) of)")
_BAR = re.compile(r'data-count="(\d+)" data-share="([\d.]*)"')
_SIDE = re.compile(
    r'<td class="num">(\d+)%</td><td class="num"><strong>(\d+)%</strong></td>'
    r'<td class="num">(\d+)–(\d+)%</td>'
)
_SPOT = re.compile(r'<th scope="row">([A-E])</th>' + r'<td class="num">([\d,]+)</td>' * 3)


@dataclass(frozen=True, slots=True)
class Check:
    """One script against one page."""

    name: str
    figures: int
    agrees: bool


def prove(run: Run) -> Verdict:
    """All agree; in the twin's world each changed file must be noticed."""
    checks = [check for database in DATABASES for check in _on(database, run)]
    wrong = sorted({check.name for check in checks if not check.agrees})
    caught = len(wrong) == len({check.name for check in checks})
    compared = sum(check.figures for check in checks)
    summary = f"{compared} figures by 4 scripts x {len(DATABASES)} databases, differing: "
    summary += ", ".join(wrong) or "none"
    passed = not caught if run.twin else not wrong
    return Verdict(passed, summary, {"figures": compared, "differing": ", ".join(wrong)})


def _on(database: str, run: Run) -> Iterator[Check]:
    with opened(database) as house, tempfile.TemporaryDirectory() as folder:
        every, camps, told = _hold(house, run)
        for job in (jobs.refresh_opinions, jobs.publish_tables):
            job(house.app)
        files = Files(house, Path(folder), twin=run.twin)
        yield _tallies(files, every)
        yield _seals(files, every)
        yield _groups(files, camps)
        yield _weights(files, told)


# --- The polls --------------------------------------------------------------------------------


def _hold(house: House, run: Run) -> tuple[str, str, str]:
    chance = run.random()
    with house.app.app_context(), transaction() as session:
        asked = (
            polls.KNOWLEDGE, polls.INTEREST, polls.LIKERT, polls.BETWEEN, polls.MINUTES,
            polls.RANKED, polls.POINTS,
        )  # fmt: skip
        every = polls.make_poll(session, *asked)
        polls.cast(session, *(_sheet(every, chance) for _ in range(run.size(VOTERS, 60))))
        camps = statements.make_statements(session)
        rows = statements.two_camps(run.size(CAMPS, 120), seed=run.seed)
        statements.cast_votes(session, camps.questions[0], rows)
        told = profiles.make_asking(session, Attribute.SEX, Attribute.AGE)
        profiles.come(session, told, *_crowd(chance, run.size(TOLD, 900)))
        profiles.weigh(session, told, FIGURES)
        for poll in (every, camps, told):
            change_state(session, None, poll.id, PollState.CLOSED, now=polls.NOW)
        return every.slug, camps.slug, told.slug


def _sheet(poll: Poll, chance: Random) -> BallotSet:
    answers: dict[int, list[int]] = {}
    for question in poll.questions:
        ids = [option.id for option in question.options]
        if question.type == "number":
            answers[question.id] = [chance.randrange(25)]
        elif question.type == "ranking":
            answers[question.id] = chance.sample(ids, len(ids))
        elif question.type == "points":
            points = polls.POINTS.settings.points
            answers[question.id] = [chance.choice(ids) for _ in range(points)]
        else:
            answers[question.id] = [ids[int(chance.triangular(0, len(ids), 0.5)) % len(ids)]]
    return BallotSet(poll.id, new_key(), new_key(), answers)


def _crowd(chance: Random, people: int) -> list[profiles.Group]:
    """Uneven groups whose answers differ, all of them large enough to be published."""
    each = people // (2 * len(AGES))
    silent: profiles.Group = ({}, [each, each + 9, each - 7])
    return [
        silent,
        *_told(chance, each),
    ]


def _told(chance: Random, each: int) -> list[profiles.Group]:
    return [
        (
            {Attribute.SEX: sex, Attribute.AGE: age},
            [chance.randrange(each // 6, each // 2) + 10 for _ in range(3)],
        )
        for sex in ("female", "male")
        for age in AGES
    ]


# --- The files and the scripts ----------------------------------------------------------------


class Files:
    """Fetches published files; in the twin's world changes one number in each on the way."""

    def __init__(self, house: House, folder: Path, *, twin: bool) -> None:
        self._house, self._folder, self._twin = house, folder, twin

    def page(self, path: str) -> str:
        """A page as a reader sees it."""
        answer = self._house.ask(path)
        if answer.status != 200:
            message = f"{path} answers {answer.status}"
            raise RuntimeError(message)
        return html.unescape(answer.body.decode())

    def fetch(self, path: str, change: Callable[[str], str] | None = None) -> str:
        """Where the file was put."""
        text = self._house.ask(path).body.decode("utf-8-sig")
        if self._twin and change is not None:
            changed = change(text)
            if changed == text:
                message = f"the twin found nothing to change in {path}"
                raise RuntimeError(message)
            text = changed
        place = self._folder / path.strip("/").replace("/", "-")
        place.write_text(text, encoding="utf-8")
        return str(place)

    def run(self, script: str, *arguments: str) -> tuple[bool, str]:
        """Whether the script is content, and what it said. It sees nothing of our package."""
        command = [sys.executable, "-I", str(DOCS / script), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stdout


def _tallies(files: Files, slug: str) -> Check:
    results = files.fetch(f"/polls/{slug}/results.csv", _one_more)
    codebook = files.fetch(f"/polls/{slug}/codebook.json")
    content, said = files.run("recompute-results.py", results, codebook)
    printed = _BAR.findall(files.page(f"/en/polls/{slug}/results"))
    shares = re.findall(r"^question \d+ option \d+ share: ([\d.]+)", said, re.MULTILINE)
    same = [float(share) for _count, share in printed] == [float(share) for share in shares]
    return Check("tallies", len(said.splitlines()) - 1, content and same)


def _one_more(text: str) -> str:
    """The first option of the last question has one point more than it got."""
    return re.sub(r"(.*\"points\",[^\n]*?,\"\",\"\",\d+,)(\d+)(,0,)", _next, text, count=1)


def _next(match: "re.Match[str]") -> str:
    return f"{match[1]}{int(match[2]) + 7}{match[3]}"


def _seals(files: Files, slug: str) -> Check:
    record = files.fetch(f"/polls/{slug}/record.json", _another_receipt)
    content, said = files.run("verify-poll.py", record)
    root = re.search(r"seal ([0-9a-f]{64})", said)
    same = root is not None and root[1] in files.page(f"/en/polls/{slug}/results")
    receipts = len(json.loads(Path(record).read_text(encoding="utf-8"))["receipts"])
    return Check("seals", receipts, content and same)


def _another_receipt(text: str) -> str:
    record = json.loads(text)
    record["receipts"] = sorted([*record["receipts"][1:], "0" * 20])
    return json.dumps(record)


def _groups(files: Files, slug: str) -> Check:
    names = files.fetch(f"/polls/{slug}/statements.csv")
    votes = files.fetch(f"/polls/{slug}/votes.csv", lambda text: text.replace("pass", "agree", 9))
    content, said = files.run("opinion-groups.py", names, votes)
    told = json.loads(said) if content else {}
    page = files.page(f"/en/polls/{slug}/opinions")
    ours = [_number(share or count) for share, count, _seen, _few in _FACT.findall(page)]
    facts = [*told.get("consensus", ()), *told.get("across", ()), *told.get("divided", ())]
    facts += [fact for group in told.get("groups", ()) for fact in group["typical"]]
    theirs = [_share(fact["parts"]) for fact in facts if fact["parts"]]
    spots = [(name, _number(people)) for name, _x, _y, people in _SPOT.findall(page)]
    mapped = [(spot[2], spot[3]) for spot in told.get("spots", ())]
    stable = f"Stability: {told.get('stability') or 0:.2f}" in page
    same = (ours, sorted(spots)) == (theirs, sorted(mapped)) and bool(facts) and stable
    return Check("groups", len(theirs) + len(mapped) + 1, content and same)


def _share(parts: Sequence[int]) -> float:
    return round(100 * parts[0] / sum(parts), 1)


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _weights(files: Files, slug: str) -> Check:
    tables = files.fetch(f"/polls/{slug}/tables.json", _another_count)
    content, said = files.run("recompute-weights.py", tables)
    file: dict[str, Any] = json.loads(Path(tables).read_text(encoding="utf-8"))
    weighted = [each["weighted"] for each in file["questions"] if each["weighted"]]
    theirs = [
        tuple(answer[name] for name in ("unweighted", "weighted", "low", "high"))
        for each in weighted
        for answer in each.get("answers", ())
    ]
    page = files.page(f"/en/polls/{slug}/tables")
    ours = [tuple(int(figure) for figure in side) for side in _SIDE.findall(page)]
    same = ours == theirs and bool(ours) and "agrees" in said
    return Check("weights", 4 * len(theirs), content and same)


def _another_count(text: str) -> str:
    """Seventy more people gave the first answer of the first row."""
    tables = json.loads(text)
    for question in tables["questions"]:
        for table in question["tables"]:
            table["rows"][0]["cells"][0]["count"] += 70
    return json.dumps(tables)
