"""A phone in a led poll: the next question comes by itself, and nothing of the reader's is lost."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import transaction
from hanmadang.polls.domain import change_state
from hanmadang.polls.domain.stage import Tap, perform, stage_of
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.staging import Act
from tests.browser.city import City
from tests.browser.journey import Journey
from tests.browser.test_keyboard import tab_to
from tests.browser.visitor import PATIENCE_MS, Visitor
from tests.factories.polls import OPINION, TWO_OR_THREE, make_poll

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIRST, SECOND = OPINION.text, TWO_OR_THREE.text
PLACE = "Question %(n)s of %(all)s"


class Led:
    """An open poll of two opinions, led by a moderator at another desk."""

    def __init__(self, city: City) -> None:
        self.city = city
        with city.house.app.app_context(), transaction() as session:
            poll = make_poll(session, OPINION, TWO_OR_THREE, state=PollState.DRAFT)
            perform(session, None, poll.id, Tap(Act.LEAD), seen=0, now=clock.now())
            change_state(session, None, poll.id, PollState.OPEN, now=clock.now())
            self.id, self.path = poll.id, f"/polls/{poll.slug}"
            self.questions = [question.id for question in poll.questions]

    def act(self, act: Act, place: int = 0) -> None:
        """One tap of the moderator."""
        with self.city.house.app.app_context(), transaction() as session:
            stage = stage_of(session, self.id)
            assert stage is not None
            tap = Tap(act, question=self.questions[place])
            perform(session, None, self.id, tap, seen=stage.version, now=clock.now())

    def turn(self, to: PollState) -> None:
        """Pause, go on or close."""
        with self.city.house.app.app_context(), transaction() as session:
            assert session.get(Poll, self.id) is not None
            change_state(session, None, self.id, to, now=clock.now())


def opened(phones: Journey, poll: Led) -> Visitor:
    """A phone on the poll's page, connected; it would notice if the page were loaded anew."""
    phone = phones.person("phone")
    phone.go(poll.path)
    shows(phone, FIRST)
    expect(phone.main.locator("[data-live]")).to_have_attribute("data-live-mode", "live")
    phone.page.evaluate("() => { window.stayed = true; }")
    return phone


def shows(phone: Visitor, text: Bilingual) -> None:
    """That question comes, without a touch by the reader."""
    legend = phone.main.locator("legend, label")
    wanted = legend.filter(has_text=text.get(phone.language))
    expect(wanted.first).to_be_visible(timeout=PATIENCE_MS)


def stayed(phone: Visitor) -> bool:
    """Whether the page was never loaded anew."""
    return bool(phone.page.evaluate("() => window.stayed === true"))


def said(phone: Visitor) -> Locator:
    """What a screen reader heard last."""
    return phone.page.locator("main > [role=status].visually-hidden")


def test_the_next_question_takes_the_place_and_is_announced(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = opened(phones, poll)
    poll.act(Act.GO, 1)
    shows(phone, SECOND)
    expect(said(phone)).to_contain_text(phone.word(PLACE, n=2, all=2))
    expect(said(phone)).to_contain_text(SECOND.get(phone.language))
    expect(phone.main.locator("[data-led]")).to_be_in_viewport()
    assert stayed(phone)
    phone.look("swapped")
    phone.main.get_by_role("checkbox").first.check()
    phone.main.get_by_role("checkbox").nth(1).check()
    phone.press("Send my answers")
    phone.sees("Thank you. Your answers count.")


def test_an_unsent_choice_stays_while_its_question_is_on(phones: Journey) -> None:
    poll = Led(phones.city)
    poll.act(Act.GO, 1)
    poll.act(Act.GO, 0)
    phone = opened(phones, poll)
    chosen = phone.main.get_by_role("radio").nth(1)
    chosen.check()
    root = phone.main.locator("[data-stage]")
    key = str(root.get_attribute("data-key"))
    poll.act(Act.LOCK, 1)
    expect(root).not_to_have_attribute("data-key", key, timeout=PATIENCE_MS)
    expect(chosen).to_be_checked()
    expect(chosen).to_be_focused()
    assert stayed(phone)


def test_a_lock_is_announced_and_takes_no_choice(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = opened(phones, poll)
    phone.main.get_by_role("radio").first.check()
    poll.act(Act.LOCK, 0)
    phone.sees("No more answers are taken to this question.")
    expect(said(phone)).to_contain_text(phone.word("No more answers are taken to this question."))
    expect(phone.main.get_by_role("radio").first).not_to_be_checked()
    expect(phone.main.locator("[data-led]")).to_be_focused()
    poll.act(Act.UNLOCK, 0)
    expect(phone.main.get_by_role("radio").first).to_be_enabled(timeout=PATIENCE_MS)
    assert stayed(phone)


def test_the_focus_outside_the_question_is_left_alone(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = opened(phones, poll)
    phone.page.locator(".skip-link").focus()
    poll.act(Act.GO, 1)
    shows(phone, SECOND)
    expect(phone.page.locator(".skip-link")).to_be_focused()
    tab_to(phone.page, phone.word("Send my answers"))


def test_the_thanks_give_way_to_the_next_question(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = opened(phones, poll)
    phone.main.get_by_role("radio").first.check()
    phone.press("Send my answers")
    phone.sees("Thank you. Your answers count.")
    phone.page.evaluate("() => { window.stayed = true; }")
    poll.act(Act.GO, 1)
    shows(phone, SECOND)
    assert phone.path == f"/{phone.language}{poll.path}"
    expect(phone.page.locator(".site-header a[hreflang]")).to_have_attribute(
        "href", re.compile(rf"/\w\w{poll.path}$")
    )
    assert stayed(phone)
    for place in (0, 1):
        phone.main.get_by_role("checkbox").nth(place).check()
    phone.press("Change my answers")
    phone.sees("Thank you. Your answers count.")


def test_a_bad_line_is_tried_again(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = opened(phones, poll)
    phone.expected_errors = re.compile(r"ERR_|503")
    refused = []

    def once(route: Route) -> None:
        refused.append(route.request.url)
        if len(refused) == 1:
            route.abort()
        elif len(refused) == 2:
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    phone.page.route(re.compile(rf"{poll.path}$"), once)
    poll.act(Act.GO, 1)
    shows(phone, SECOND)
    assert len(refused) == 3
    assert stayed(phone)


def test_a_page_that_leads_elsewhere_is_followed_there(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = opened(phones, poll)
    poll.turn(PollState.PAUSED)
    phone.sees("The poll is paused")
    expect(said(phone)).to_contain_text(phone.word("The poll is paused"))
    assert stayed(phone)
    poll.turn(PollState.OPEN)
    expect(phone.main.locator(".notice--warn")).to_have_count(0, timeout=PATIENCE_MS)
    poll.turn(PollState.CLOSED)
    phone.page.wait_for_url(re.compile(rf"{poll.path}/results$"))
    assert not stayed(phone)


def test_several_acts_in_one_breath_end_on_the_last(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = opened(phones, poll)
    for act, place in ((Act.GO, 1), (Act.LOCK, 1), (Act.GO, 0), (Act.GO, 1), (Act.UNLOCK, 1)):
        poll.act(act, place)
    shows(phone, SECOND)
    expect(phone.main.get_by_role("checkbox").first).to_be_enabled(timeout=PATIENCE_MS)
    assert stayed(phone)


def test_without_that_script_the_page_is_loaded_anew(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = phones.person("phone")
    phone.expected_errors = re.compile("ERR_")
    phone.page.route(re.compile(r"/phone\."), lambda route: route.abort())
    opened(phones, poll)
    poll.act(Act.GO, 1)
    shows(phone, SECOND)
    assert not stayed(phone)


def test_without_any_script_a_link_brings_the_next_question(phones: Journey) -> None:
    poll = Led(phones.city)
    phone = phones.person("phone", javascript=False)
    phone.go(poll.path)
    shows(phone, FIRST)
    poll.act(Act.GO, 1)
    phone.press("Refresh for the next question")
    shows(phone, SECOND)
