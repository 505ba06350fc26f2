"""Ids inside forms reach no further than ids in addresses: what no page offers is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from hanmadang.kernel.db import db
from hanmadang.kernel.ids import digest
from hanmadang.people.models import Institution
from tests.matrix.crawl import Crawler
from tests.matrix.doors import Reply
from tests.matrix.samples import CALL, EVENT, POLL


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody names in a form what belongs to somebody else."""

    actor: str
    path: str
    field: str
    foreign: str
    """``object.parameter`` of the world."""
    own: str
    """What the same form takes: without it a refusal would prove nothing."""
    fields: Mapping[str, str]


_LINK = {"module": "{link of event 1.module_id}", "role": "follow_up"}
_TALK = {"starts": "{forum 1.starts}", "minutes": "20", "room": "Another room"}
_PROGRAMME = "/en/desk/forums/{forum 1.event_id}/programme"
ATTEMPTS = {
    "a call for another institution's forum": Attempt(
        "organizer-1", "/en/desk/calls/new", "event", "bare forum 2.event_id",
        "bare forum 1.event_id", CALL,
    ),
    "a proposal for another forum on my programme": Attempt(
        "organizer-1", _PROGRAMME, "proposal", "proposal b.proposal_id", "proposal a.proposal_id",
        _TALK,
    ),
    "a draft that nobody sent in on my programme": Attempt(
        "organizer-1", _PROGRAMME, "proposal", "draft proposal a.proposal_id",
        "proposal a.proposal_id", _TALK,
    ),
    "a module at a draft that a partner may not see": Attempt(
        "partner-1", "/en/desk/links", "event", "draft event 1.event_id", "event 1.event_id", _LINK
    ),
    "a module at another institution's draft": Attempt(
        "organizer-1", "/en/desk/links", "event", "draft event 2.event_id",
        "draft event 1.event_id", _LINK,
    ),
}  # fmt: skip


def _filled(crawler: Crawler, text: str) -> str:
    """``{forum 1.event_id}`` as its number."""
    for name, values in crawler.world.objects.items():
        for key, value in values.items():
            text = text.replace(f"{{{name}.{key}}}", str(value))
    return text


def _ask(crawler: Crawler, attempt: Attempt, names: str) -> int:
    fields = {key: _filled(crawler, value) for key, value in attempt.fields.items()}
    fields[attempt.field] = _filled(crawler, f"{{{names}}}")
    return _post(crawler, attempt.actor, _filled(crawler, attempt.path), fields).status


def _post(crawler: Crawler, name: str, path: str, fields: Mapping[str, str]) -> Reply:
    actor = crawler.world.actors[name]
    signed = crawler.signed(actor, **fields)
    return crawler.door.ask("POST", path, {"Cookie": actor.cookies}, signed)


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_what_belongs_to_others_cannot_be_named(crawler: Crawler, attempt: Attempt) -> None:
    assert _ask(crawler, attempt, attempt.foreign) in {403, 404, 422}
    assert crawler.watch.changed() == frozenset()
    assert _ask(crawler, attempt, attempt.own) == 303


def _institution(crawler: Crawler, code: str) -> str:
    with crawler.app.app_context():
        return str(db.session.scalars(select(Institution.id).where(Institution.code == code)).one())


def test_no_event_in_another_institutions_name(crawler: Crawler) -> None:
    statuses = [
        _post(
            crawler, "organizer-1", "/en/desk/events/new",
            EVENT | {"institution": _institution(crawler, code)},
        ).status
        for code in ("first", "second")
    ]  # fmt: skip
    assert statuses == [303, 422]


def test_no_poll_in_another_institutions_name(crawler: Crawler) -> None:
    """The form falls back on the author's own institution."""
    wish = {"institution": _institution(crawler, "second")}
    reply = _post(crawler, "organizer-1", "/en/desk/polls/new", POLL | wish)
    assert reply.status == 303
    stranger = {"Cookie": crawler.world.actors["organizer-2"].cookies}
    assert crawler.door.ask("GET", reply.location, stranger).status == 404


def test_nobody_signs_somebody_else_out(crawler: Crawler) -> None:
    victim = crawler.world.actors["citizen-b"]
    named = {"session": digest(victim.session)}
    _post(crawler, "citizen-a", "/en/account/sessions/end", named)
    assert crawler.watch.changed() == frozenset()
    _post(crawler, "citizen-b", "/en/account/sessions/end", named)
    assert crawler.watch.changed() == {"sign_in_session"}
