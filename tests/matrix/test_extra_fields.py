"""A form changes what it shows, whatever else is sent with it (S3)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Boolean, Integer, Table, select

from hanmadang.events.models import Event
from hanmadang.kernel import clock
from hanmadang.kernel.db import Base, db
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Account, RoleGrant
from hanmadang.polls.models import Poll
from tests.matrix.crawl import Crawler
from tests.matrix.forms import forms_of
from tests.matrix.samples import EVENT, POLL, PROFILE
from tests.matrix.sending import Sending, send

MARK = "smuggled"
_KEYS = "idempotency_key"
KNOWN = {"state": "published", "role": "administrator", "roles": "administrator"}
OWN = {
    "courses.certificate_copy": {"birth_year"},
    "events.publish": {"single_language"},
    "polls.hours": {"opens"},
}
"""Fields that a form shows only in some states of its object."""
VOLATILE = {
    "cause", "code", "code_hash", "dedupe_key", "id_hash", "inputs_hash", "key", "key_hash",
    "login", "message_id", "password_hash", "payload", "request_hash", "request_id", "secret",
    "seed", "subject", "token_hash",
}  # fmt: skip
"""Columns that hold something random, or its hash."""
_CERTIFICATE = re.compile(r"HM-\d{4}-\w{4}-\w{4}-\w")
"""The number of a certificate: random too, and the audit trail names it."""


def _smuggled(sending: Sending) -> dict[str, str]:
    """Every column's name as a field, with a value that its column would take."""
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    own = sending.names | set(sending.fields) | OWN.get(sending.endpoint, set())
    return {column.name: _value(column) for column in columns if column.name not in own}


def _value(column: Any) -> str:
    if isinstance(column.type, Boolean | Integer):
        return "1"
    return KNOWN.get(column.name, MARK)


def _stored(crawler: Crawler, changed: frozenset[str]) -> Mapping[str, list[str]]:
    tables = [table for table in Base.metadata.sorted_tables if table.name in changed]
    with crawler.app.app_context():
        return {table.name: sorted(_rows(table)) for table in tables if table.name != _KEYS}


def _rows(table: Table) -> Iterator[str]:
    for row in db.session.execute(select(table)).mappings():
        kept = str({name: value for name, value in row.items() if name not in VOLATILE})
        yield _CERTIFICATE.sub("a certificate", kept)


BY_HAND = (
    ("people.account", "citizen-a", "/en/account", PROFILE),
    ("events.new", "organizer-1", "/en/desk/events/new", EVENT),
    ("polls.new", "organizer-1", "/en/desk/polls/new", POLL),
)
LEFT_OUT = {"demo.enter", "people.erase", "people.end_all_sessions", "people.sign_out"}
"""They end or begin something, and keep no field."""


def _by_hand(crawler: Crawler) -> list[Sending]:
    return [_signed(crawler, *each) for each in BY_HAND]


def _signed(
    crawler: Crawler, endpoint: str, name: str, path: str, fields: Mapping[str, str]
) -> Sending:
    actor = crawler.world.actors[name]
    own = {"institution": _institution(crawler, actor.account_id)} if "new" in endpoint else {}
    page = crawler.door.ask("GET", path, {"Cookie": actor.cookies}).body.decode()
    names = frozenset(name for form in forms_of(page) for name in form.names)
    return Sending(endpoint, False, actor, path, crawler.signed(actor, **fields, **own), names)


def _institution(crawler: Crawler, account_id: int | None) -> str:
    query = select(RoleGrant.institution_id).where(RoleGrant.account_id == account_id)
    with crawler.app.app_context():
        return str(db.session.scalars(query).one())


def test_only_a_forms_own_fields_change_anything(
    crawler: Crawler, sendings: Mapping[str, Sending]
) -> None:
    every = [each for name, each in sendings.items() if name not in LEFT_OUT]
    with clock.frozen(clock.now()):
        for sending in [*every, *_by_hand(crawler)]:
            _reply, changed = send(crawler, sending)
            assert changed, f"{sending} changed nothing"
            honest = _stored(crawler, changed)
            crawler.watch.restore()
            _reply, changed = send(crawler, sending.having(**_smuggled(sending)))
            assert _stored(crawler, changed) == honest, str(sending)
            crawler.watch.restore()


def test_a_role_a_state_and_an_owner_are_never_taken_from_a_form(crawler: Crawler) -> None:
    wish = {
        "state": "published", "role": "administrator", "roles": "administrator",
        "institution_id": "2", "author_id": "1", "account_id": "1", "verified_at": "1",
    }  # fmt: skip
    for sending in _by_hand(crawler):
        send(crawler, sending.having(**wish))
    with crawler.app.app_context():
        actor = crawler.world.actors["citizen-a"]
        account = db.session.get_one(Account, actor.account_id)
        event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        poll = db.session.scalars(select(Poll).order_by(Poll.id.desc())).first()
        assert (account.name, account.roles) == ("Another name", frozenset({Role.CITIZEN}))
        assert event is not None
        assert poll is not None
        assert [event.state, poll.state] == ["draft", "draft"]
        assert poll.author_id == crawler.world.actors["organizer-1"].account_id
        assert event.institution_id == poll.institution_id != 2
