"""Step 6: citizens book the concert; its last seat is sold once."""

from playwright.sync_api import expect
from sqlalchemy import select

from hanmadang.events.models import Event
from tests.browser.journey import Journey
from tests.browser.steps.concerts import title
from tests.browser.visitor import Visitor


def last_seat_is_sold_once(walk: Journey) -> None:
    """Two seats, three people: the third waits. The lead-in module stands on the page."""
    _organizer_links_a_module(walk)
    first, second = walk.person("visitor"), walk.person("citizen")
    _opens(walk, first)
    first.look("event-open")
    first.press("Book a seat")
    first.sees("A seat is yours")
    third = walk.staff("Citizen")
    _opens(walk, third)
    _opens(walk, second)
    second.press("Book a seat")
    second.sees("A seat is yours")
    second.look("event-booked")
    third.press("Book a seat")  # offered a moment ago, gone now
    third.sees("You are on the waiting list")
    third.look("event-waiting")
    _sees_the_lead_in(walk, second)
    second.go("/my/bookings")
    second.reads(title(walk))
    second.look("my-bookings")


def _opens(walk: Journey, visitor: Visitor) -> None:
    visitor.go(f"/events/{walk.concert}")


def _organizer_links_a_module(walk: Journey) -> None:
    organizer = walk.staff("Organizer")
    organizer.go("/desk/links")
    organizer.choose("event", _event_id(walk))
    modules = organizer.main.locator('select[name="module"]')
    organizer.choose("module", modules.locator("option").nth(1).get_attribute("value") or "")
    organizer.choose("role", "lead_in")
    organizer.press("Link them")
    organizer.reads(title(walk))
    organizer.look("links")


def _event_id(walk: Journey) -> str:
    with walk.city.records() as records:
        return str(records.scalars(select(Event.id).where(Event.slug == walk.concert)).one())


def _sees_the_lead_in(walk: Journey, visitor: Visitor) -> None:
    _opens(walk, visitor)
    visitor.sees("Learn before and after")
    visitor.sees("Before the event")
    expect(visitor.main.locator('a[href*="/courses/"]').first).to_be_visible()
