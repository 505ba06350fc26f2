"""The paths of many people: the shelf is read once per language, facts in a few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.models import StoredPlan
from hanmadang.curricula.queries.facts import facts_of_accounts
from hanmadang.curricula.queries.nightly import latest_parameters
from hanmadang.curricula.queries.paths import inputs_of, planned_anew
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.people.models import Account

TOGETHER = 200
"""People whose facts are in memory at once."""


@dataclass(frozen=True, slots=True)
class Remade:
    """A path to be stored."""

    account_id: int
    language: str
    inputs_hash: str
    steps: list[Any]
    omitted: list[Any]
    rests_on: tuple[str, ...]
    """Names of the evidence that it was made from (`Facts.rests_on`)."""
    was: str | None = None
    """Under which inputs the path before was stored, empty for none; None where it is no matter."""


def remade(session: Session, account_ids: Sequence[int], *, now: datetime) -> Iterator[Remade]:
    """The paths of these people whose inputs changed since they were stored.

    Each in the languages in which it was stored, or, where none is, in its person's own. The week
    begins on Monday in the zone of `now`. Memory stays flat however many there are.
    """
    parameters = latest_parameters(session)
    shelf = cache(lambda language: read_shelf(session, language))
    for start in range(0, len(account_ids), TOGETHER):
        some = account_ids[start : start + TOGETHER]
        facts = facts_of_accounts(session, some, now)
        stored = _stored(session, some)
        for account_id in some:
            for language, was in stored[account_id]:
                inputs = inputs_of(shelf(language), facts[account_id], parameters, now=now)
                if inputs.mark == was:
                    continue
                plan = planned_anew(inputs).plan.to_json()
                yield Remade(
                    account_id, language, inputs.mark, plan["steps"], plan["omitted"],
                    facts[account_id].rests_on, was,
                )  # fmt: skip
        session.expunge_all()


def _stored(session: Session, account_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """{person: (language, inputs it was stored under) of each path}."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = session.execute(
        select(StoredPlan.account_id, StoredPlan.language, StoredPlan.inputs_hash).where(
            StoredPlan.account_id.in_(account_ids)
        )
    )
    for row in rows:
        found[row.account_id].append((row.language, row.inputs_hash))
    without = [id_ for id_ in account_ids if id_ not in found]
    own = select(Account.id, Account.locale).where(Account.id.in_(without))
    for account_id, locale in session.execute(own) if without else ():
        found[account_id].append((locale, ""))
    return found
