"""Stance: no opinion moves anybody's path, no small figure is published, and consent ends at once.

A filled house on both databases: many people voted on everything, some brought evidence. Then
every opinion in the database is changed, and no byte of any path or of public demand may change.
Polls of many sizes close one after another: no cell under ten, no share of fewer than thirty, and
what was published stays as it was, so that no difference tells. Everybody withdraws: nothing that
came under the consent is left, and no path made before can be stored. The twin breaks each of the
three, one after another, and each must be missed.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from importlib import import_module
from unittest.mock import patch

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.curricula import privacy, queries
from hanmadang.curricula.domain import store_plans
from hanmadang.curricula.engine.inputs import InterestEvidence, Source
from hanmadang.curricula.models import Evidence, StoredPlan
from hanmadang.curricula.queries.crowd import Remade, remade
from hanmadang.curricula.queries.demand import Asked, Demand
from hanmadang.curricula.queries.facts import Facts, facts_of_accounts
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Ballot, Option, Poll, PollState, Question, QuestionKind, Tally
from hanmadang.polls.queries import release
from proofs import Run, Verdict
from proofs.house import DATABASES, Manner, served
from tests.factories import polls
from tests.factories.curricula import bring, brought, publish_shelf
from tests.factories.people import make_account

PEOPLE, SIZES = 150, (9, 12, 29, 30, 31, 40, 55, 70)
SMALLEST, FEWEST = 10, 30
Published = Mapping[str, Sequence[int]]
"""Figures by question."""


@dataclass(slots=True)
class Found:
    """What one database brought."""

    paths: int = 0
    opinions: int = 0
    moved: int = 0
    """Paths, or pages of demand, of which a byte changed."""
    figures: int = 0
    small: int = 0
    """Cells under ten, shares of too few, differences between two publications."""
    withdrawn: int = 0
    left: int = 0
    """Pieces or paths left after the withdrawal."""

    @property
    def faults(self) -> tuple[bool, bool, bool]:
        """What was found wrong: opinions, figures, consent."""
        return self.moved > 0, self.small > 0, self.left > 0

    @property
    def is_filled(self) -> bool:
        """Whether there was anything to find."""
        return bool(self.opinions and self.figures and self.withdrawn and self.paths)


@dataclass(frozen=True, slots=True)
class World:
    """What is broken in it."""

    opinions: AbstractContextManager[object] = field(default_factory=nullcontext)
    figures: AbstractContextManager[object] = field(default_factory=nullcontext)
    consent: AbstractContextManager[object] = field(default_factory=nullcontext)


def prove(run: Run) -> Verdict:
    """All three on both databases."""
    found = {name: _measured(name, run) for name in DATABASES}
    filled = all(each.is_filled for each in found.values())
    if run.twin:
        passed = not all(all(each.faults) for each in found.values())
    else:
        passed = filled and not any(any(each.faults) for each in found.values())
    words = "; ".join(f"{name}: {_words(each)}" for name, each in found.items())
    figures = {
        f"{name}_{what}": getattr(each, what)
        for name, each in found.items()
        for what in ("paths", "opinions", "moved", "figures", "small", "withdrawn", "left")
    }
    return Verdict(passed, words, figures)


def _words(found: Found) -> str:
    return (
        f"{found.opinions} opinions changed, {found.moved} of {found.paths} paths moved, "
        f"{found.small} of {found.figures} published figures told too much, "
        f"{found.withdrawn} people withdrew, {found.left} things left"
    )


def _measured(database: str, run: Run) -> Found:
    chance, found = run.random(), Found()
    world = _broken() if run.twin else World()
    with served(database, Manner(processes=0)) as house, house.app.app_context():
        people = _fill(chance, run.size(PEOPLE, 12))
        with world.opinions:
            before = _seen(people)
            with transaction() as session:
                found.opinions = _turn_every_opinion(session)
            after = _seen(people)
        found.paths = len(before)
        found.moved = sum(before[name] != after[name] for name in before)
        with world.figures:
            _publish(chance, found)
        with world.consent:
            _withdraw(people, found)
    return found


def _fill(chance: random.Random, number: int) -> list[int]:
    """A shelf, a poll that all answered, and people who brought what they knew from it."""
    with transaction() as session:
        publish_shelf(session)
        poll = polls.make_poll(session)
        people = [make_account(session).id for _ in range(number)]
        for place, account_id in enumerate(people):
            right = chance.randint(0, 1)
            topics = ("culture",) if chance.random() < 0.5 else ("history",)
            bring(session, account_id, brought(poll.id, ("armistice", right, 1), topics=topics))
            _vote(session, poll, chance, f"voter-{place}")
    return people


def _vote(session: Session, poll: Poll, chance: random.Random, voter: str) -> None:
    for question in poll.questions:
        opinion = question.kind == QuestionKind.OPINION
        place = int(chance.random() < 0.7) if opinion else chance.randint(0, 1)
        polls.cast(session, polls.ballot(question, place, voter=voter))


def _seen(people: Sequence[int]) -> dict[str, str]:
    """Every path in both languages, and public demand, as bytes."""
    now = clock.now().astimezone(clock.zone("Asia/Seoul")).replace(hour=12)
    session = db.session()
    session.expire_all()
    found = {}
    for language in ("ko", "en"):
        for account_id, facts in facts_of_accounts(session, people, now).items():
            made = queries.plan_for(session, facts, language, now=now)
            whole = [made.plan.to_json(), made.inputs_hash]
            found[f"{account_id} {language}"] = json.dumps(whole, sort_keys=True)
        found[f"demand {language}"] = repr(_figures_of(_demand(session, language)))
    session.rollback()
    return found


def _turn_every_opinion(session: Session) -> int:
    """Give every opinion the other answer, and keep the counters right."""
    turned = 0
    opinions = select(Question).where(Question.kind == QuestionKind.OPINION.value)
    for question in session.scalars(opinions).all():
        first, second, *_rest = question.options
        other = {first.id: second.id, second.id: first.id}
        for ballot in session.scalars(select(Ballot).filter_by(question_id=question.id)):
            ballot.choices = sorted(other.get(choice, choice) for choice in ballot.choices)
            turned += 1
        first.tally.count, second.tally.count = second.tally.count, first.tally.count
    return turned


def _publish(chance: random.Random, found: Found) -> None:
    """Polls of many sizes close one after another; each publication is laid beside the last."""
    last: Published = {}
    for number, size in enumerate(SIZES):
        with transaction() as session:
            poll = polls.make_poll(session)
            for place in range(size):
                _vote(session, poll, chance, f"{number}-{place}")
            now = _publication(session)
            found.small += _differences(last, now)
            change_state(session, None, poll.id, PollState.CLOSED, now=clock.now())
            session.flush()
        last = _publication(db.session())
        page = _demand(db.session(), "en")
        found.figures += sum(map(len, last.values()))
        found.small += sum(_too_small(asked) for asked in (*page.interests, *page.gaps))


def _publication(session: Session) -> Published:
    return _figures_of(_demand(session, "en"))


def _demand(session: Session, language: str) -> Demand:
    return queries.demand(session, read_shelf(session, language))


def _figures_of(page: Demand) -> Published:
    return {str(asked.question_id): _counts(asked) for asked in (*page.interests, *page.gaps)}


def _counts(asked: Asked) -> list[int]:
    counts = [wish.count for wish in asked.wishes if wish.count is not None]
    return counts if asked.missed is None else [*counts, asked.missed]


def _too_small(asked: Asked) -> int:
    """Cells under ten, the people outside a cell included; shares of fewer than thirty."""
    counts = _counts(asked)
    small = [n for n in counts if n < SMALLEST or 0 < asked.answered - n < SMALLEST]
    return len(small) + (len(counts) if asked.answered < FEWEST else 0)


def _differences(before: Published, now: Published) -> int:
    """Figures of one question that moved between two publications."""
    return sum(now.get(name, ()) != figures for name, figures in before.items())


def _withdraw(people: Sequence[int], found: Found) -> None:
    """Everybody withdraws between the making of their path and its storing."""
    now = clock.now().astimezone(clock.zone("Asia/Seoul"))
    made: list[Remade] = list(remade(db.session(), people, now=now))
    with transaction() as session:
        store_plans(session, [replace(path, was=None) for path in made], now=now)
    with transaction() as session:
        for account_id in people:
            withdrawn = consents.withdraw(session, account_id, ConsentKind.PATH, now=now)
            found.withdrawn += withdrawn
        found.left += _left(session)
    with transaction() as session:
        found.left += store_plans(session, [replace(path, was=None) for path in made], now=now)


def _left(session: Session) -> int:
    session.flush()
    tables = (Evidence, StoredPlan)
    return sum(session.scalar(select(func.count()).select_from(t)) or 0 for t in tables)


_LEADING = (
    select(Tally.option_id)
    .join(Option, Option.id == Tally.option_id)
    .join(Question, Question.id == Option.question_id)
    .where(Question.kind == QuestionKind.OPINION.value)
    .order_by(Tally.count.desc())
    .limit(1)
)


@contextmanager
def _all(*patches: AbstractContextManager[object]) -> Iterator[None]:
    with ExitStack() as stack:
        for each in patches:
            stack.enter_context(each)
        yield


def _broken() -> World:
    """Opinions that leak, thresholds that let pass, a withdrawal that deletes nothing."""
    honest = Facts.interests

    def leaking(facts: Facts) -> tuple[InterestEvidence, ...]:
        leading = db.session().scalar(_LEADING)
        return (*honest(facts), InterestEvidence(f"stance-{leading}", Source.POLL))

    return World(
        patch.object(Facts, "interests", leaking),
        _all(
            patch.object(release, "FEWEST_ANSWERS", 1),
            patch.object(import_module(Demand.__module__), "FEWEST_ANSWERS", 1),
            patch.object(release, "SMALLEST_CELL", 1),
            patch.object(release, "merged", lambda counts: [(n,) for n in range(len(counts))]),
        ),
        patch.object(privacy, "forget_all", lambda _session, _account_id: None),
    )
