"""The pages as people meet them: with and without an account, in both languages, without script."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hanmadang.courses.models import Unit, UnitProgress
from hanmadang.curricula import domain, on_device
from hanmadang.curricula.models import Evidence, LinkRole, ModuleLink, Preference, StoredPlan
from hanmadang.events.models import Event
from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from hanmadang.people import arrivals, consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.models import Poll
from sqlalchemy import select

from tests.conftest import Browser
from tests.curricula.conftest import House, Opener
from tests.factories import events
from tests.factories.curricula import NOW, bring, brought, module_id, publish_shelf, taught, unit_id
from tests.factories.events import viewer_of
from tests.factories.people import make_account

SignIn = Callable[..., Browser]
CONSENT = {"consent": "y"}


def answer(browser: Browser, house: House, write: Opener, *, opinion: int = 0) -> str:
    """Answer the poll on its own page: wrong on knowledge, culture, and a stance; the offer's page."""
    with write() as session:
        knowledge, interest, stance = session.get_one(Poll, house.poll_id).questions
        fields = {
            f"q{knowledge.id}": str(knowledge.options[0].id),
            f"q{interest.id}": [str(interest.options[1].id)],
            f"q{stance.id}": str(stance.options[opinion].id),
        }
    names = re.findall(r'name="([^"]+)" (?:type="radio"|type="checkbox")|type="(?:radio|checkbox)"[^>]*', "")
    assert names == []
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
