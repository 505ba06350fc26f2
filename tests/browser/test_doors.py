"""Pages behind a mailed link: the address is a secret, and their button works in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from hanmadang.kernel.db import transaction
from hanmadang.polls.models import Assurance
from hanmadang.reminders.models import OutboxMail
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal
from tests.factories.polls import OPINION, make_poll
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(params=["ko", "en"])
def walk(request: pytest.FixtureRequest, sample_city: City, chromium: Browser) -> Iterator[Journey]:
    """Somebody with a phone and a mailbox."""
    journal = Journal()
    with journey(sample_city, chromium, Way(request.param, PHONE), journal) as begun:
        yield begun
    assert journal.faults == []


def test_the_mailed_link_of_a_poll_lets_in(walk: Journey) -> None:
    with walk.city.house.app.app_context(), transaction() as session:
        slug = make_poll(session, OPINION, assurance=Assurance.EMAIL).slug
    voter = walk.person("voter")
    voter.go(f"/polls/{slug}/enter")
    voter.type(held=f"voter-{walk.language}@example.org")
    voter.main.locator("form button[type=submit]").first.click()
    voter.sees("A mail is on its way")
    with walk.city.records() as records:
        mails = records.scalars(select(OutboxMail).where(OutboxMail.kind == "polls.entry")).all()
        token = mails[-1].payload["token"]
    voter.go(f"/polls/{slug}/enter/{token}")
    voter.look("mailed-link")
    voter.main.locator("form button[type=submit]").first.click()
    voter.main.get_by_role("radio").first.check()
    voter.press("Send my answers")
    voter.sees("Thank you. Your answers count.")
