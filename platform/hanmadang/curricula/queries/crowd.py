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
from hanmadang.curricula.queries.paths import Made, inputs_of, planned_anew
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
    kept: tuple[int, ...] = ()
    before_hash: str = ""
    before_kept: tuple[int, ...] = ()
    """See `StoredPlan`."""


def remade_of(made: Made, account_id: int, language: str, was: str | None = None) -> Remade:
    """A path as it is stored."""
    plan = made.plan.to_json()
    return Remade(
        account_id, language, made.inputs_hash, plan["steps"], plan["omitted"],
        made.facts.rests_on, was, made.learner.kept, made.before_hash, made.before_kept,
    )  # fmt: skip


def remade(session: Session, account_ids: Sequence[int], *, now: datetime) -> Iterator[Remade]:
    """The paths of these people whose inputs changed since they were stored.

    Each in the languages in which it was stored, or, where none is, in its person's own. The week
    begins on Monday in the zone of `now`. Memory stays flat however many there are.
    """
    parameters = latest_parameters(session)
    shelf = cache(lambda language, captions: read_shelf(session, language, captions=captions))
    for start in range(0, len(account_ids), TOGETHER):
        some = account_ids[start : start + TOGETHER]
        facts = facts_of_accounts(session, some, now)
        stored = _stored(session, some)
        for account_id in some:
            for language, found in stored[account_id]:
                known = facts[account_id]
                books = shelf(language, known.wishes.captions)
                inputs = inputs_of(books, known, parameters, now=now)
                was = found.inputs_hash if found else ""
                if inputs.mark != was:
                    yield remade_of(planned_anew(inputs, found), account_id, language, was)
        session.expunge_all()


def _stored(
    session: Session, account_ids: Collection[int]
) -> dict[int, list[tuple[str, StoredPlan | None]]]:
    """{person: (language, the path stored in it)}; without one their own language stands alone."""
    found: dict[int, list[tuple[str, StoredPlan | None]]] = defaultdict(list)
    for row in session.scalars(select(StoredPlan).where(StoredPlan.account_id.in_(account_ids))):
        found[row.account_id].append((row.language, row))
    without = [id_ for id_ in account_ids if id_ not in found]
    own = select(Account.id, Account.locale).where(Account.id.in_(without))
    for account_id, locale in session.execute(own) if without else ():
        found[account_id].append((locale, None))
    return found
