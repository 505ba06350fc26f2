"""From a result to what a page publishes, and when it may take the place of an earlier one.

A `Result` is safe by itself; two of them one vote apart would tell that vote. While a poll runs,
a result is therefore published only when ten more people took part, and in it each count stays as
it was last published until it has moved by ten. The map, whose cells move with everybody, counts
in full tens.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hanmadang.polls.opinion.disclosure import LEAST
from hanmadang.polls.opinion.result import Divided, Result, Shared, Tally, Typical, Vote

Data = dict[str, Any]
"""JSON."""
Counts = dict[str, list[int]]
"""Published counts under names that stay the same from batch to batch."""


def published(result: Result, *, final: bool) -> Data:
    """The published form, as JSON."""
    return {
        "people": result.people,
        "placed": result.clustered if final else None,
        "statements": result.statements,
        "stability": None if result.stability is None else round(result.stability, 2),
        "withheld": result.withheld.value if result.withheld else None,
        "consensus": [_fact(each) for each in result.consensus],
        "across": [_fact(each) for each in result.across_groups],
        "divided": [_fact(each) for each in result.divided],
        "groups": [
            {
                "name": group.name,
                "size": group.size,
                "typical": [_fact(each) for each in group.typical],
            }
            for group in result.groups
        ],
        "spots": [
            [spot.x, spot.y, spot.group, spot.people if final else _tens(spot.people)]
            for spot in result.spots
        ],
    }


def _fact(fact: Shared | Divided | Typical) -> Data:
    """A statement, the stance, how many hold it, and how many of its voters do not."""
    parts = _parts(fact.tally, fact.stance) if fact.tally else None
    return {"statement": fact.statement, "stance": fact.stance.name.lower(), "parts": parts}


def _parts(tally: Tally, stance: Vote) -> list[int]:
    mine = tally.agree if stance is Vote.AGREE else tally.disagree
    return [mine, tally.seen - mine]


def _tens(people: int) -> int:
    return people - people % LEAST


def is_due(people: int, shown: Mapping[str, Any]) -> bool:
    """Whether enough people have come since a form of so many `people` was published."""
    return int(shown["people"]) >= people + LEAST


def in_steps(shown: Data, ledger: Counts) -> tuple[Data, Counts]:
    """The form with every count as it was last published, unless it has moved by ten since.

    Also the ledger of what is published then. So each count on the page is less than ten people
    behind, and no two pages differ by fewer than ten in any of them.
    """
    kept = dict(ledger)

    def settle(name: str, now: Sequence[int]) -> list[int]:
        earlier = kept.get(name, now)
        pairs = zip(now, earlier, strict=True)
        kept[name] = [new if abs(new - old) >= LEAST else old for new, old in pairs]
        return kept[name]

    def facts(of: str, all_: Sequence[Data]) -> list[Data]:
        return [
            fact | {"parts": fact["parts"] and settle(_name(of, fact), fact["parts"])}
            for fact in all_
        ]

    groups = [
        group
        | {
            "size": group["size"] and settle(f"size {group['name']}", [group["size"]])[0],
            "typical": facts(group["name"], group["typical"]),
        }
        for group in shown["groups"]
    ]
    lists = {name: facts("all", shown[name]) for name in ("consensus", "across", "divided")}
    return shown | lists | {"groups": groups}, kept


def _name(of: str, fact: Data) -> str:
    """The same in all three lists of everybody, where it is the same count."""
    return f"{of} {fact['stance']} {fact['statement']}"
