"""An evening in the hall, in a browser: what follows the moderator, and what must stay in place."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, expect

from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import transaction
from hanmadang.polls.domain import change_state
from hanmadang.polls.domain.stage import Tap, perform, stage_of
from hanmadang.polls.models import Assurance, Poll, PollState
from hanmadang.polls.staging import Act
from proofs.house import Person
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.test_keyboard import press, tab_to
from tests.browser.visitor import PATIENCE_MS, Journal, Visitor
from tests.factories.polls import OPINION, TWO_OR_THREE, make_poll
from tests.factories.statements import make_statements
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIRST, SECOND = OPINION.text, TWO_OR_THREE.text
ROOM = 200
SCREENS = ((1280, 720), (1024, 768))


@dataclass(frozen=True)
class Made:
    """A poll as this file made it, free of the database."""

    id: int
    slug: str
    code: str
    questions: list[int]
    options: list[list[int]]


@pytest.fixture(params=["ko", "en"])
def evening(
    request: pytest.FixtureRequest, sample_city: City, chromium: Browser
) -> Iterator[Journey]:
    """People with phones; whatever their pages complain about fails the test."""
    journal = Journal()
    with journey(sample_city, chromium, Way(request.param, PHONE), journal) as begun:
        yield begun
    assert journal.faults == []


def made(city: City, assurance: Assurance = Assurance.LINK, *, led: bool = False) -> Made:
    """An open poll of two opinions."""
    with city.house.app.app_context(), transaction() as session:
        poll = make_poll(
            session,
            OPINION,
            TWO_OR_THREE,
            state=PollState.DRAFT,
            assurance=assurance,
        )
        if led:
            perform(session, None, poll.id, Tap(Act.LEAD), seen=0, now=clock.now())
        change_state(session, None, poll.id, PollState.OPEN, now=clock.now())
        return _made(poll)


def made_of_statements(city: City) -> Made:
    """An open poll of twelve statements."""
    with city.house.app.app_context(), transaction() as session:
        return _made(make_statements(session))


def _made(poll: Poll) -> Made:
    options = [[option.id for option in question.options] for question in poll.questions]
    return Made(poll.id, poll.slug, poll.code, [each.id for each in poll.questions], options)


def shows(visitor: Visitor, text: Bilingual) -> None:
    """That question heads the visitor's page, without a touch by the visitor."""
    expect(visitor.main).to_contain_text(text.get(visitor.language), timeout=PATIENCE_MS)


def test_phone_and_screen_follow_the_moderator(evening: Journey) -> None:
    poll = made(evening.city, led=True)
    phone, screen = evening.person("phone"), evening.person("screen")
    phone.go(f"/polls/{poll.slug}")
    screen.go(f"/polls/{poll.slug}/screen")
    shows(phone, FIRST)
    shows(screen, FIRST)
    expect(screen.main).to_have_attribute("data-live-mode", "live")
    moderator = evening.staff("Administrator")
    moderator.go(f"/desk/polls/{poll.id}/stage")
    moderator.press("Next question")
    shows(phone, SECOND)
    shows(screen, SECOND)
    expect(phone.main).not_to_contain_text(FIRST.get(phone.language))
    phone.look("led-phone")
    moderator.press("Lock question %(n)s", n=2)
    phone.sees("No more answers are taken to this question.")
    moderator.press("Blank")
    expect(screen.main.locator(".screen__blank")).to_be_attached(timeout=PATIENCE_MS)
    moderator.press("Undo the last act")
    shows(screen, SECOND)
    moderator.look("stage")


def test_the_screen_keeps_the_focus_when_its_parts_are_replaced(evening: Journey) -> None:
    poll = made(evening.city, led=True)
    screen = evening.person("screen")
    screen.go(f"/polls/{poll.slug}/screen")
    expect(screen.main).to_have_attribute("data-live-mode", "live")
    tab_to(screen.page, screen.word("With the moderator"))
    act(evening.city, poll, Tap(Act.GO, question=poll.questions[1]))
    shows(screen, SECOND)
    expect(screen.page.locator(":focus")).to_have_text(screen.word("With the moderator"))


def test_from_the_code_to_the_thanks_without_a_mouse(evening: Journey) -> None:
    poll = made(evening.city)
    voter = evening.person("voter")
    voter.go("/polls")
    tab_to(voter.page, voter.word("Code on the screen"))
    voter.page.keyboard.type(poll.code)
    voter.page.keyboard.press("Enter")
    voter.page.wait_for_url(re.compile(poll.slug))
    tab_to(voter.page, OPINION.options[0].label.get(voter.language))
    voter.page.keyboard.press("Space")
    press(voter, voter.word("Send my answers"))
    voter.sees("Thank you. Your answers count.")
    tab_to(voter.page, voter.word("Pause updates"))
    answer(evening.city, poll, 0)
    expect(voter.main.locator("[data-answered]").first).to_contain_text("2", timeout=PATIENCE_MS)
    expect(voter.page.locator(":focus")).to_have_text(voter.word("Pause updates"))
    voter.look("thanks")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_vote_brings_the_next_statement(evening: Journey, javascript: bool) -> None:
    poll = made_of_statements(evening.city)
    voter = evening.person(f"voter {javascript}", javascript=javascript)
    voter.go(f"/polls/{poll.slug}/statements")
    seen = [statement(voter)]
    for done, stance in enumerate(("Agree", "Pass", "Disagree"), 1):
        if done > 1 and javascript:
            voter.page.evaluate("() => { window.stayed = true; }")
        voter.press(stance)
        voter.sees("%(done)s of %(all)s voted on", done=done, all=len(poll.options[0]))
        if done > 1 and javascript:
            assert voter.page.evaluate("() => window.stayed"), "the page was loaded anew"
            expect(voter.main.locator("[data-statement]")).to_be_focused()
        seen.append(statement(voter))
    assert len(set(seen)) == len(seen)
    voter.look("statements")


def test_the_halls_code_renews_itself_and_lets_in(evening: Journey) -> None:
    poll = made(evening.city, Assurance.ROOM)
    screen = evening.staff("Administrator")
    screen.page.clock.install()
    screen.go(f"/polls/{poll.slug}/screen")
    digits = screen.main.locator("[data-hall-digits]")
    expect(digits).to_have_text(DIGITS)
    digits.evaluate("element => { element.textContent = 'old'; }")
    screen.page.clock.run_for(21_000)
    expect(digits).to_have_text(DIGITS)
    expect(screen.main.locator("[data-hall-qr] svg")).to_have_count(1)
    voter = evening.person("voter")
    voter.go(f"/polls/{poll.slug}/enter")
    voter.look("enter")
    voter.main.get_by_role("textbox").fill(digits.inner_text())
    voter.press("Take part")
    voter.main.get_by_role("radio").first.check()
    voter.press("Send my answers")
    voter.sees("Thank you. Your answers count.")


def test_two_hundred_phones_move_the_screens_to_the_right_figures(evening: Journey) -> None:
    poll = made(evening.city)
    screens = [evening.person(f"screen {width}") for width, _height in SCREENS]
    for screen, (width, height) in zip(screens, SCREENS, strict=True):
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.go(f"/polls/{poll.slug}/screen")
        expect(screen.main).to_have_attribute("data-live-mode", "live")
    with ThreadPoolExecutor(8) as room:
        list(room.map(lambda n: answer(evening.city, poll, n % 3), range(ROOM)))
    for screen in screens:
        expect(screen.main.locator("[data-answered]")).to_contain_text(
            str(ROOM), timeout=PATIENCE_MS
        )
        values = screen.main.locator("[data-value]").all_inner_texts()
        assert [int(value.split()[0]) for value in values] == [67, 67, 66]
        assert scrolled(screen.main) == 0
        screen.look("hall")


DIGITS = re.compile(r"^\d{3} \d{3}$")


def statement(voter: Visitor) -> str:
    """The statement that is asked."""
    return voter.main.locator(".statement__text").inner_text()


def scrolled(main: Locator) -> int:
    """By how many pixels the screen is longer than its window."""
    longer = "() => Math.max(0, document.documentElement.scrollHeight - window.innerHeight)"
    return int(main.page.evaluate(longer))


def act(city: City, poll: Made, tap: Tap) -> None:
    """A moderator's act, from another desk."""
    with city.house.app.app_context(), transaction() as session:
        stage = stage_of(session, poll.id)
        assert stage is not None
        perform(session, None, poll.id, tap, seen=stage.version, now=clock.now())


def answer(city: City, poll: Made, place: int) -> None:
    """One more phone answers the first question, over HTTP alone."""
    phone = Person(0, "")
    form = phone.form({f"q{poll.questions[0]}": str(poll.options[0][place])})
    assert city.house.ask(f"/ko/polls/{poll.slug}", phone, form).status == 303
