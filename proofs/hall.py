"""A hall that answers a poll while its server is killed again and again, and the reckoning."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.fsck import differences
from hanmadang.polls.domain import change_state
from hanmadang.polls.entry import Visitor, voter_of
from hanmadang.polls.models import Assurance, Ballot, Poll, PollState, Question, Receipt
from hanmadang.polls.rules import receipt_of
from proofs.house import House
from proofs.phones import Line, Sent, at_once, get, sending
from tests.factories.polls import make_poll

LINES = 96
_CHANGE, _TWICE, _LATE = 0.15, 0.05, 0.05


@dataclass(frozen=True, slots=True)
class Paper:
    """What is asked: each question's options, and how many of them may be chosen."""

    id: int
    path: str
    questions: tuple[tuple[int, tuple[int, ...], int], ...]

    def fill(self, chance: random.Random, device: str = "") -> Sent:
        """Every question answered somehow."""
        answers = [
            (id_, tuple(sorted(chance.sample(options, chance.randint(1, most)))))
            for id_, options, most in self.questions
        ]
        return sending(self.path, answers, device)


def ask(house: House) -> Paper:
    """A new open poll with a question of each kind."""
    with house.app.app_context(), transaction() as session:
        poll = make_poll(session)
        questions = tuple(
            (each.id, tuple(option.id for option in each.options), each.max_choices)
            for each in poll.questions
        )
        return Paper(poll.id, f"/ko/polls/{poll.slug}", questions)


@dataclass(slots=True)
class Heard:
    """What the phones know at the end."""

    final: dict[str, Sent] = field(default_factory=dict)
    """By device: the answers that were acknowledged last."""
    revisions: Counter[str] = field(default_factory=Counter)
    """By device: how many different sendings were acknowledged."""
    acknowledged: int = 0
    errors: Counter[int] = field(default_factory=Counter)
    """Answers that no phone should see, by status."""

    def note(self, sent: Sent, status: int, *, is_new: bool = True) -> None:
        """One answer from the server."""
        if status != 303:
            self.errors[status] += 1
            return
        self.acknowledged += 1
        if is_new:
            self.final[sent.device] = sent
            self.revisions[sent.device] += 1


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a database holds that the phones would not expect."""

    lost: int
    double: int
    wrong: int
    receipts: int
    """Thanks pages that do not show the receipt that follows from what the phone knows."""
    fsck: int

    @property
    def faults(self) -> int:
        """All of them."""
        return self.lost + self.double + self.wrong + self.receipts + self.fsck


async def vote(paper: Paper, heard: Heard, chance: random.Random, line: Line) -> None:
    """One phone: it answers, and some change their minds, send twice, or send late copies."""
    first = paper.fill(chance)
    kind = chance.random()
    if kind < _TWICE:
        other = line.sibling()
        replies = await asyncio.gather(line.insist(first.request), other.insist(first.request))
        other.close()
        heard.note(first, replies[0].status)
        heard.note(first, replies[1].status, is_new=False)
        return
    heard.note(first, (await line.insist(first.request)).status)
    if kind < _TWICE + _CHANGE + _LATE:
        second = paper.fill(chance, first.device)
        heard.note(second, (await line.insist(second.request)).status)
        if kind < _TWICE + _LATE:
            heard.note(first, (await line.insist(first.request)).status, is_new=False)


async def storm(house: House, paper: Paper, votes: int, kills: int, chance: random.Random) -> Heard:
    """Votes until that many are acknowledged, with kills spread over them."""
    heard = Heard()

    def work() -> Iterator[Callable[[Line], Awaitable[None]]]:
        while heard.acknowledged < votes and not heard.errors.total() > votes:
            yield partial(vote, paper, heard, chance)

    killing = _kill(house, heard, votes, kills, chance)
    await asyncio.gather(at_once(house.ports[0], LINES, work()), killing)
    return heard


async def _kill(house: House, heard: Heard, votes: int, kills: int, chance: random.Random) -> None:
    """SIGKILL to one process or another, whenever so many more votes are in."""
    for number in range(1, kills + 1):
        await _until(heard, votes * number / (kills + 1))
        house.kill(chance.randrange(len(house.servers)))


async def _until(heard: Heard, acknowledged: float) -> None:
    while heard.acknowledged < acknowledged:  # noqa: ASYNC110  (phones do not ring)
        await asyncio.sleep(0.002)


async def reckon(house: House, paper: Paper, heard: Heard, chance: random.Random) -> Reckoning:
    """Compare every stored ballot with what its phone was told."""
    with house.app.app_context():
        secret = str(db.session.scalar(select(Poll.secret).where(Poll.id == paper.id)))
        rows = db.session.execute(
            select(Ballot.voter_key, Ballot.question_id, Ballot.choices, Ballot.rev).where(
                Ballot.question_id.in_([id_ for id_, *_ in paper.questions])
            )
        ).all()
        faults = len(differences(db.session()))
        db.session.rollback()
    stored = {(row[0], row[1]): (tuple(sorted(row[2])), row[3]) for row in rows}
    names = {device: voter_of(secret, Assurance.LINK, Visitor(device)) for device in heard.final}
    lost = double = wrong = 0
    for device, sent in heard.final.items():
        for id_, options in sent.answers:
            choices, revision = stored.pop((names[device], id_), (None, 0))
            lost += choices is None
            wrong += choices is not None and choices != options
            double += revision > heard.revisions[device]
    double += len(stored)
    receipts = await _receipts(house, paper, heard, secret, chance)
    return Reckoning(lost, double, wrong, receipts, faults)


async def _receipts(
    house: House, paper: Paper, heard: Heard, secret: str, chance: random.Random
) -> int:
    """How many of some thanks pages lack the right receipt."""
    some = chance.sample(sorted(heard.final), min(30, len(heard.final)))
    line, missing = Line(house.ports[0]), 0
    for device in some:
        revision = heard.revisions[device]
        held = [(id_, revision, options) for id_, options in heard.final[device].answers]
        receipt = receipt_of(secret, voter_of(secret, Assurance.LINK, Visitor(device)), held)
        reply = await line.insist(get(f"{paper.path}/answered", f"hm_device={device}"))
        shown = reply.body.decode().replace("-", "").replace(" ", "")
        missing += receipt not in shown
    line.close()
    return missing


async def close_under_fire(house: House, requests: int, chance: random.Random) -> int:
    """Close a poll while votes come in; how many votes are not where their answers said."""
    paper, heard = ask(house), Heard()
    counts: Counter[int] = Counter()

    async def one(line: Line) -> None:
        sent = paper.fill(chance)
        status = (await line.insist(sent.request)).status
        heard.note(sent, status)
        if status == 303:
            counts.update(option for _, options in sent.answers for option in options)

    at = chance.uniform(0.3, 0.7) * requests

    async def close() -> None:
        await _until(heard, at)
        await asyncio.to_thread(_close, house, paper)

    await asyncio.gather(at_once(house.ports[0], LINES, [one] * requests), close())
    refused = heard.errors.pop(409, 0)
    unclear = requests - heard.acknowledged - refused
    return unclear + _differing(house, paper, heard.acknowledged, counts)


def _close(house: House, paper: Paper) -> None:
    with house.app.app_context(), transaction() as session:
        change_state(session, None, paper.id, PollState.CLOSED, now=clock.now())


def _differing(house: House, paper: Paper, acknowledged: int, counts: Counter[int]) -> int:
    with house.app.app_context():
        questions = db.session.scalars(select(Question).where(Question.poll_id == paper.id)).all()
        wrong = sum(abs(each.answered - acknowledged) for each in questions)
        options = [option for each in questions for option in each.options]
        wrong += sum(abs(option.tally.count - counts[option.id]) for option in options)
        receipts = db.session.scalars(
            select(Receipt.receipt).where(Receipt.poll_id == paper.id)
        ).all()
        wrong += abs(len(set(receipts)) - acknowledged)
        return wrong + len(differences(db.session()))
