"""Pages behind a mailed link: the address is a secret, and their button works in a real browser."""

import pytest
from sqlalchemy import select

from hanmadang.kernel.db import transaction
from hanmadang.polls.models import Assurance
from hanmadang.reminders.models import OutboxMail
from tests.browser.journey import Journey
from tests.factories.polls import OPINION, make_poll

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_mailed_link_of_a_poll_lets_in(phones: Journey) -> None:
    with phones.city.house.app.app_context(), transaction() as session:
        slug = make_poll(session, OPINION, assurance=Assurance.EMAIL).slug
    voter = phones.person("voter")
    voter.go(f"/polls/{slug}/enter")
    voter.type(held=f"voter-{phones.language}@example.org")
    voter.main.locator("form button[type=submit]").first.click()
    voter.sees("A mail is on its way")
    with phones.city.records() as records:
        mails = records.scalars(select(OutboxMail).where(OutboxMail.kind == "polls.entry")).all()
        token = mails[-1].payload["token"]
    voter.go(f"/polls/{slug}/enter/{token}")
    voter.look("mailed-link")
    voter.main.locator("form button[type=submit]").first.click()
    voter.main.get_by_role("radio").first.check()
    voter.press("Send my answers")
    voter.sees("Thank you. Your answers count.")
