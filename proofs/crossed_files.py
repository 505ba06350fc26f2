"""Tables of real polls, fetched over HTTP: every file and both languages, given to the attacker.

Two waves of a poll are held. The first is fetched while it runs and after its close, the second
after its close; then each is attacked with the tables of all moments and the open totals. Besides,
no page may print a figure that its file does not hold, no other file may speak of groups, and
weighted figures must follow from published tables alone.
"""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest.mock import patch

from hanmadang.kernel.db import transaction
from hanmadang.polls.domain import change_state
from hanmadang.polls.jobs import publish_tables, tables
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_profile import FirstRelease
from hanmadang.polls.plans import margins_of
from hanmadang.polls.profiles import LEVELS, UNSAID, Attribute
from hanmadang.polls.survey import disclosure, worker
from proofs import Run
from proofs.crossed import Asked, Found, Moment, attack, drawn, primary_only
from proofs.house import House, opened
from tests.factories import polls, profiles

ASKED = (Attribute.SEX, Attribute.AGE)
FIRST, LATER = 600, 900
HALVES = {"sex": {"female": 51.0, "male": 49.0}}
_COUNT = re.compile(r'<span class="muted">\(([\d,]+)\)</span>')
_SPEAKS = re.compile("|".join([*(level for a in ASKED for level in LEVELS[a].said), UNSAID]))
_OTHERS = ("results.csv", "record.json", "codebook.json")


@dataclass(slots=True)
class Fetched:
    """What all files of one database gave away."""

    attack: Found = field(default_factory=Found)
    files: int = 0
    figures: int = 0
    strange: list[str] = field(default_factory=list)
    """Figures and words that should not be there."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A poll, as it was begun."""

    id: int
    slug: str
    code: str
    asked: Asked


def fetched(database: str, run: Run) -> Fetched:
    """Two waves, attacked."""
    chance, found = run.random(), Fetched()
    with ExitStack() as stack:
        house = stack.enter_context(opened(database))
        if run.twin:
            stack.enter_context(patch.object(disclosure, "protected", primary_only))
            here = patch.object(tables, "decided", lambda _app, order: worker.answered(order))
            stack.enter_context(here)
        waves = [_begun(house) for _ in range(2)]
        slugs = [wave.slug for wave in waves]
        for wave, looks in zip(waves, (run.size(4, 2), 1), strict=True):
            history = list(_moments(house, chance, wave, looks, found))
            attack(chance, wave.asked, history, found.attack, whole=True)
        for slug, other in (slugs, slugs[::-1]):
            _others(house, slug, f"/en/polls/{slug}/compare?with={other}", found)
    return found


def _begun(house: House) -> Wave:
    with house.app.app_context(), transaction() as session:
        poll = profiles.make_asking(session, *ASKED, first=FirstRelease.HUNDRED)
        profiles.weigh(session, poll, HALVES)
        answers = tuple(str(option.id) for option in poll.questions[0].options)
        return Wave(poll.id, poll.slug, poll.code, Asked(ASKED, answers, ordered=False))


def _moments(
    house: House, chance: Random, wave: Wave, looks: int, found: Fetched
) -> Iterator[Moment]:
    """The poll runs and is looked at; the last look is after its close."""
    before: Sequence[dict[str, Any]] = ()
    for look in range(looks + 1):
        with house.app.app_context(), transaction() as session:
            poll = session.get_one(Poll, wave.id)
            if look < looks:
                people = drawn(chance, wave.asked, chance.randint(FIRST, LATER))
                profiles.come(session, poll, *_groups(wave.asked, people))
            else:
                change_state(session, None, poll.id, PollState.CLOSED, now=polls.NOW)
        publish_tables(house.app)
        file = json.loads(_get(house, f"/polls/{wave.slug}/tables.json"))["questions"][0]
        live = json.loads(_get(house, f"/live/{wave.code}.json"))["questions"][0]
        totals = [option["count"] for option in live["options"]]
        _pages(house, wave.slug, file, found)
        moved = [table for table in file["tables"] if table not in before]
        before = file["tables"]
        if moved:
            yield Moment(dict(zip(wave.asked.answers, totals, strict=True)), moved)


def _groups(asked: Asked, people: Sequence[Any]) -> list[profiles.Group]:
    found: dict[tuple[str, ...], Counter[str]] = {}
    for said, answer in people:
        found.setdefault(said, Counter())[answer] += 1
    return [
        (
            {a: level for a, level in zip(asked.attributes, said, strict=True) if level},
            [counts[answer] for answer in asked.answers],
        )
        for said, counts in found.items()
    ]


def _pages(house: House, slug: str, file: dict[str, Any], found: Fetched) -> None:
    """Both languages print the same figures, and only those of the file; so do the weights."""
    shown = [*file["tables"], *(each for table in file["tables"] for each in margins_of(table))]
    known = {c["count"] for t in shown for r in t["rows"] for c in r["cells"] if "count" in c}
    printed = []
    for language in ("ko", "en"):
        page = html.unescape(_get(house, f"/{language}/polls/{slug}/tables"))
        printed.append([int(count.replace(",", "")) for count in _COUNT.findall(page)])
        found.figures += len(printed[-1])
    if printed[0] != printed[1] or not set(printed[0]) <= known:
        found.strange.append(f"{slug}: the page prints what the file does not hold")
    if file["weighted"]:
        targets = file["weighted"]["targets"]
        again = worker.answered({"do": "weights", "tables": file["tables"], "targets": targets})
        if any(file["weighted"].get(name) != value for name, value in again.items()):
            found.strange.append(f"{slug}: weights do not follow from the tables")
    found.files += 3


def _others(house: House, slug: str, compared: str, found: Fetched) -> None:
    """No other file, and no comparison of two polls, says anything of groups."""
    for name in _OTHERS:
        if _SPEAKS.search(_get(house, f"/polls/{slug}/{name}")):
            found.strange.append(f"{slug}/{name} speaks of groups")
    page = _get(house, compared)
    if _COUNT.search(page) or 'class="cross' in page:
        found.strange.append(f"{compared} prints figures of groups")
    found.files += len(_OTHERS) + 1


def _get(house: House, path: str) -> str:
    answer = house.ask(path)
    if answer.status != 200:
        message = f"{path} answers {answer.status}"
        raise RuntimeError(message)
    return answer.body.decode("utf-8-sig")
