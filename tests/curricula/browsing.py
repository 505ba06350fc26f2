"""A person at the pages: answers a poll, and uses the answers for a path."""

import html
import re
from collections.abc import Callable
from typing import Any

from hanmadang.curricula import on_device
from hanmadang.polls.models import Poll
from tests.conftest import Browser
from tests.curricula.conftest import House, Opener

SignIn = Callable[..., Browser]
CONSENT = {"consent": "y"}


def answer(browser: Browser, house: House, write: Opener, *, opinion: int = 0) -> str:
    """Answer on the poll's own page: knowledge wrong, culture, a stance. The page after it."""
    with write() as session:
        knowledge, interest, stance = session.get_one(Poll, house.poll_id).questions
        fields = {
            f"q{knowledge.id}": str(knowledge.options[0].id),
            f"q{interest.id}": [str(interest.options[1].id)],
            f"q{stance.id}": str(stance.options[opinion].id),
        }
    sent = browser.send(f"/en/polls/{house.poll_slug}", fields)
    assert sent.status_code == 303, sent.text
    return browser.get(f"/en/polls/{house.poll_slug}/answered").text


def payload_in(page: str) -> str:
    """The signed evidence on a page."""
    found = re.search(r'name="payload"[^>]*value="([^"]+)"', page)
    assert found, page
    return html.unescape(found[1])


def use(browser: Browser, page: str, **fields: str) -> Any:
    return browser.send("/en/my-path/evidence", {"payload": payload_in(page), **fields})


def on_device_payload(page: str, client: Browser) -> Any:
    """The evidence that a page carries."""
    with client.application.app_context():
        return on_device.read_offer(payload_in(page))
