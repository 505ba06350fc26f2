"""A form changes what it shows, whatever else is sent with it (S3)."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, select

from hanmadang.kernel import clock
from hanmadang.kernel.db import Base, db
from tests.matrix.crawl import Crawler
from tests.matrix.sending import Sending, send

MARK = "smuggled"
KNOWN = {"state": "published", "role": "administrator", "roles": "administrator"}
VOLATILE = {
    "code", "dedupe_key", "id_hash", "inputs_hash", "key", "key_hash", "login", "message_id",
    "password_hash", "payload", "request_hash", "request_id", "secret", "subject", "token_hash",
}  # fmt: skip
"""Columns that hold something random, or its hash."""


def _smuggled(sending: Sending) -> dict[str, str]:
    """Every column's name as a field, with a value that its column would take."""
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    return {column.name: _value(column) for column in columns if column.name not in sending.fields}


def _value(column: Any) -> str:
    if isinstance(column.type, Boolean | Integer):
        return "1"
    return KNOWN.get(column.name, MARK)


def _stored(crawler: Crawler, changed: frozenset[str]) -> Mapping[str, list[dict[str, Any]]]:
    tables = [table for table in Base.metadata.sorted_tables if table.name in changed]
    with crawler.app.app_context():
        return {
            table.name: [
                {name: value for name, value in row.items() if name not in VOLATILE}
                for row in db.session.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in tables
            if table.name != "idempotency_key"
        }


ACCOUNT = {"name": "Another name"}
EVENT = {
    "title_ko": "새 행사", "title_en": "A new event", "starts": "2099-01-10T19:30",
    "ends": "2099-01-10T21:00", "zone": "Asia/Seoul", "kind": "concert",
}  # fmt: skip
POLL = {
    "title_ko": "새 설문", "title_en": "A new poll", "questions-0-text_ko": "무엇인가요?",
    "questions-0-kind": "opinion", "questions-0-type": "one", "questions-0-max_choices": "1",
    "questions-0-results_shown": "live", "questions-0-options-0-label_ko": "하나",
    "questions-0-options-1-label_ko": "둘",
}  # fmt: skip
BY_HAND = (
    ("people.account", "citizen-a", "/en/account", ACCOUNT | {"locale": "en", "zone": "Asia/Seoul"}),
    ("events.new", "organizer-1", "/en/desk/events/new", EVENT),
    ("polls.new", "organizer-1", "/en/desk/polls/new", POLL),
)
LEFT_OUT = {"demo.enter", "people.erase", "people.end_all_sessions", "people.sign_out"}
"""They end or begin something, and keep no field."""


def _by_hand(crawler: Crawler) -> list[Sending]:
    made = []
    for endpoint, name, path, fields in BY_HAND:
        actor = crawler.world.actors[name]
        own = {"institution": str(_institution(crawler, actor.account_id))} | fields
        chosen = fields if endpoint == "people.account" else own
        signed = crawler.signed(actor, **chosen)
        made.append(Sending(endpoint, False, actor, path, signed))  # noqa: FBT003
    return made


def _institution(crawler: Crawler, account_id: int | None) -> int:
    grants = Base.metadata.tables["role_grant"]
    with crawler.app.app_context():
        query = select(grants.c.institution_id).where(grants.c.account_id == account_id)
        return int(db.session.execute(query).scalar_one() or 0)


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


@pytest.mark.parametrize(("endpoint", "name", "path", "fields"), BY_HAND)
def test_the_same_holds_for_what_a_person_may_not_choose(
    crawler: Crawler, endpoint: str, name: str, path: str, fields: dict[str, str]
) -> None:
    """A role, a state, somebody else's institution: asked for by name, never given."""
    actor = crawler.world.actors[name]
    wish = {"state": "published", "role": "administrator", "account_id": "1", "author_id": "1"}
    signed = crawler.signed(actor, **fields, **wish, institution_id="2", verified_at="1")
    crawler.door.ask("POST", path, {"Cookie": actor.cookies}, signed)
    tables = Base.metadata.tables
    with crawler.app.app_context():
        roles = db.session.execute(
            select(tables["role_grant"].c.role).where(
                tables["role_grant"].c.account_id == actor.account_id
            )
        ).scalars()
        assert "administrator" not in set(roles)
        for table in ("event", "poll"):
            columns = tables[table].c
            newest = select(columns.state).order_by(columns.id.desc()).limit(1)
            assert db.session.execute(newest).scalar_one() in {"draft", "open", "published"}
