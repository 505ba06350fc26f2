"""Finding, for as many forms as possible, one person and one way of filling in that succeeds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from werkzeug.exceptions import HTTPException

from tests.matrix.actors import Actor
from tests.matrix.crawl import Cell, Crawler
from tests.matrix.doors import Fields, Reply
from tests.matrix.forms import PageForm, forms_of
from tests.matrix.policy import Outcome

SENDERS = (
    "anonymous", "unverified", "citizen-a", "expert-a", "organizer-1", "reviewer", "administrator",
)  # fmt: skip
"""Between them they reach every form."""
_TRIES = 10
_OK = 200
_DONE = frozenset({200, 302, 303})


@dataclass(frozen=True, slots=True)
class Sending:
    """A form that a page offered, and that changed something when it was sent."""

    endpoint: str
    is_action: bool
    """Whether the entrance checks its token, rather than its form."""
    actor: Actor
    path: str
    fields: Fields
    names: frozenset[str] = frozenset()
    """Every field that its page has."""

    def __str__(self) -> str:
        return f"{self.actor.name}: {self.endpoint}"

    def without(self, *names: str) -> "Sending":
        """The same without some fields."""
        return replace(self, fields={k: v for k, v in self.fields.items() if k not in names})

    def having(self, **fields: str) -> "Sending":
        """The same with other or more fields."""
        return replace(self, fields={**self.fields, **fields})


def send(crawler: Crawler, sending: Sending, **headers: str) -> tuple[Reply, frozenset[str]]:
    """Send it; the answer and the tables that changed (not yet restored)."""
    sent = {"Cookie": sending.actor.cookies, **headers}
    reply = crawler.door.ask("POST", sending.path, sent, sending.fields)
    return reply, crawler.watch.changed()


def successes(crawler: Crawler) -> Mapping[str, Sending]:
    """By endpoint, the first sending that changed something; the world stays as it was."""
    found: dict[str, Sending] = {}
    tries: Counter[str] = Counter()
    for cell in crawler.cells(methods=("GET",)):
        if cell.expected is not Outcome.REACHED or cell.actor.name not in SENDERS:
            continue
        for sending in _offered(crawler, cell, found):
            tries[sending.endpoint] += 1
            if sending.endpoint in found or tries[sending.endpoint] > _TRIES:
                continue
            if _succeeds(crawler, sending):
                found[sending.endpoint] = sending
    return found


def _offered(crawler: Crawler, cell: Cell, found: Mapping[str, Sending]) -> Iterator[Sending]:
    path = f"{cell.path}?age=14" if cell.route.endpoint == "people.sign_up_form" else cell.path
    reply = crawler.ask(replace(cell, path=path))
    if crawler.watch.changed():
        crawler.watch.restore()
    if reply.status != _OK or b"<form" not in reply.body:
        return
    for form in forms_of(reply.body.decode()):
        yield from _ways(crawler, cell.actor, form, path, found)


def _ways(
    crawler: Crawler, actor: Actor, form: PageForm, page: str, found: Mapping[str, Sending]
) -> Iterator[Sending]:
    path = form.action.partition("#")[0] or page
    endpoint = _endpoint(crawler, path)
    if not endpoint or endpoint in found:
        return
    rules = crawler.app.url_map.iter_rules(endpoint)
    is_action = all("GET" not in (rule.methods or ()) for rule in rules)
    for fields in form.ways():
        yield Sending(endpoint, is_action, actor, path, fields, frozenset(form.names))


def _endpoint(crawler: Crawler, path: str) -> str:
    try:
        endpoint, _values = crawler.adapter.match(path.partition("?")[0], "POST")
    except HTTPException:
        return ""
    return cast("str", endpoint)


def _succeeds(crawler: Crawler, sending: Sending) -> bool:
    reply, changed = send(crawler, sending)
    if changed:
        crawler.watch.restore()
    return bool(changed - {"audit_entry", "sign_in_try"}) and reply.status in _DONE
