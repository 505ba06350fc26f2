"""A result in words, and as data for machines."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from hanmadang.kernel.i18n import LazyText, _, format_number, format_share, lazy
from hanmadang.polls.opinion import ENGINE_VERSION
from hanmadang.polls.opinion.result import Group, Result, Shared, Tally, Typical, Vote, Withheld

LEAST_FOR_PERCENT = 30
"""Votes below which no percentage is given."""
_LONGEST = 160
Texts = Mapping[int, str]
REASONS: Mapping[Withheld, LazyText] = {
    Withheld.FEW_STATEMENTS: lazy("There are too few statements for groups."),
    Withheld.FEW_PEOPLE: lazy("Too few people have voted on enough statements for groups."),
    Withheld.NO_PATTERN: lazy("People’s votes do not hang together more than by chance."),
    Withheld.SMALL_GROUPS: lazy("The groups would be too small to be shown."),
    Withheld.UNSTABLE: lazy("With other statements the groups would not come back."),
}
STANCES: Mapping[Vote, LazyText] = {
    Vote.AGREE: lazy("agree"),
    Vote.PASS: lazy("pass"),
    Vote.DISAGREE: lazy("disagree"),
}


def as_data(result: Result, texts: Texts, alike: float | None = None) -> dict[str, Any]:
    """The whole result with the statements' texts; `alike` compares it with exported groups."""
    facts = asdict(result)
    for each in (*facts["consensus"], *facts["across_groups"]):
        _name(each, texts)
    for group in facts["groups"]:
        for each in group["typical"]:
            _name(each, texts)
    return {"engine": ENGINE_VERSION, **facts, "alike_exported": alike}


def _name(fact: dict[str, Any], texts: Texts) -> None:
    fact["stance"] = fact["stance"].name.lower()
    fact["text"] = texts.get(fact["statement"], "")


def as_text(result: Result, texts: Texts, alike: float | None = None) -> Iterator[str]:
    """The lines a person reads."""
    yield _(
        "%(people)s people, %(statements)s statements, %(votes)s votes; %(clustered)s people have "
        "voted on enough statements to be placed.",
        people=format_number(result.people), statements=format_number(result.statements),
        votes=format_number(result.votes), clustered=format_number(result.clustered),
    )  # fmt: skip
    yield from _listed(_("Consensus"), result.consensus, texts)
    yield from _listed(_("Consensus across the groups"), result.across_groups, texts)
    yield ""
    yield from _grouped(result, texts)
    if alike is not None:
        yield _("Adjusted Rand index against the exported groups: %(value)s", value=f"{alike:.2f}")


def _listed(title: str, facts: tuple[Shared, ...], texts: Texts) -> Iterator[str]:
    yield ""
    yield title
    for place, fact in enumerate(facts, start=1):
        yield f"  {place}. {_sentence(fact, texts)}"
    if not facts:
        yield "  " + _("None.")


def _sentence(fact: Shared | Typical, texts: Texts) -> str:
    text = " ".join(texts.get(fact.statement, "").split())
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    how = _how_many(fact.stance, fact.tally) if fact.tally else str(STANCES[fact.stance])
    return f"#{fact.statement} {text} ({how})" if text else f"#{fact.statement} ({how})"


def _how_many(stance: Vote, tally: Tally) -> str:
    number = tally.agree if stance is Vote.AGREE else tally.disagree
    word = str(STANCES[stance])
    if tally.seen < LEAST_FOR_PERCENT:
        return _("%(stance)s, %(seen)s votes", stance=word, seen=tally.seen)
    share, seen = format_share(number / tally.seen), format_number(tally.seen)
    return _("%(stance)s %(share)s of %(seen)s votes", stance=word, share=share, seen=seen)


def _grouped(result: Result, texts: Texts) -> Iterator[str]:
    if result.withheld:
        yield _("No groups are shown: %(reason)s", reason=str(REASONS[result.withheld]))
    if result.stability is not None:
        yield _("Stability of the groups: %(value)s", value=f"{result.stability:.2f}")
    for group in result.groups:
        yield ""
        yield _headline(group)
        for fact in group.typical:
            yield f"  - {_sentence(fact, texts)}"


def _headline(group: Group) -> str:
    if group.size is None:
        return _("Group %(name)s", name=group.name)
    return _("Group %(name)s: %(n)s people", name=group.name, n=format_number(group.size))
