"""The path in a calendar program, and on paper."""

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from hanmadang.curricula.models import PathFeed, StoredPlan
from hanmadang.kernel import clock
from hanmadang.people.domain import roles
from hanmadang.people.models import Account
from tests.conftest import Browser
from tests.curricula.browsing import SignIn
from tests.curricula.conftest import Opener
from tests.factories import events
from tests.factories.curricula import NOW
from tests.factories.runs import ADMIN

pytestmark = pytest.mark.usefixtures("house_with_poll")


def address(browser: Browser, lang: str = "en") -> str:
    """Make an address and read it from the page, without its host."""
    browser.send(f"/{lang}/my-path/calendar/address")
    found = re.search(
        r'value="(https?://[^"]+\.ics)"', browser.get(f"/{lang}/my-path/calendar").text
    )
    assert found
    return re.sub(r"^https?://[^/]+", "", found[1])


def entries(content: bytes) -> dict[str, Any]:
    """{UID: entry} of a calendar file."""
    calendar: Any = Calendar.from_ical(content)
    return {str(entry["UID"]): entry for entry in calendar.walk("VEVENT")}


def test_the_feed_holds_each_lesson_of_the_path_once(sign_in: SignIn, client: Browser) -> None:
    citizen = sign_in()
    sent = client.get(address(citizen))
    assert (sent.status_code, sent.mimetype) == (200, "text/calendar")
    titles = sorted(str(entry["SUMMARY"]) for entry in entries(sent.data).values())
    page = html.unescape(citizen.get("/en/my-path").text)
    assert titles
    assert all(title.partition(" (")[0] in page for title in titles)


@pytest.mark.parametrize(
    ("lang", "title"), [("ko", "songs 단원 (6분)"), ("en", "Unit songs (7 min)")]
)
def test_the_feed_speaks_the_language_it_was_made_in(
    sign_in: SignIn, client: Browser, lang: str, title: str
) -> None:
    content = client.get(address(sign_in(), lang)).data
    assert title in [str(entry["SUMMARY"]) for entry in entries(content).values()]


def test_the_feed_of_a_blocked_account_is_read_by_nobody(
    sign_in: SignIn, client: Browser, write: Opener
) -> None:
    citizen = sign_in()
    url = address(citizen)
    assert client.get(url).status_code == 200
    with write() as session:
        account = session.get_one(Account, citizen.account_id)  # type: ignore[attr-defined]
        roles.block(session, account, actor=ADMIN)
    assert client.get(url).status_code == 404


def test_names_stay_when_the_path_moves(sign_in: SignIn, client: Browser) -> None:
    citizen = sign_in()
    url = address(citizen)
    before = entries(client.get(url).data)
    citizen.send("/en/my-path/preferences", {"minutes": "60", "deadline": "2031-03-01"})
    citizen.get("/en/my-path")
    after = entries(client.get(url).data)
    assert set(before) == set(after)
    assert all(entry["DTSTART"].dt > date(2027, 1, 1) for entry in after.values())


def test_booked_events_stand_at_their_time(sign_in: SignIn, write: Opener) -> None:
    citizen = sign_in()
    with write() as session:
        event = events.make_event(session)
        person = session.get_one(Account, citizen.account_id)  # type: ignore[attr-defined]
        events.book_all(session, event, [events.viewer_of(person)], NOW)
        uid = f"event-{event.id}@"
    with clock.frozen(NOW):
        assert any(name.startswith(uid) for name in entries(citizen.get("/en/my-path.ics").data))


def test_reading_the_feed_stores_nothing_and_the_same_content_is_the_same_answer(
    sign_in: SignIn, client: Browser, read: Opener
) -> None:
    citizen = sign_in()
    url = address(citizen)
    client.get(url)
    with read() as session:
        assert session.scalars(select(StoredPlan)).all() == []
    citizen.get("/en/my-path")
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_new_address_ends_the_old_one_and_ending_it_ends_all(
    sign_in: SignIn, client: Browser, read: Opener
) -> None:
    citizen = sign_in()
    old = address(citizen)
    new = address(citizen)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    citizen.send("/en/my-path/calendar/close")
    assert client.get(new).status_code == 404
    with read() as session:
        assert session.scalars(select(PathFeed)).all() == []


@pytest.mark.parametrize(
    "spoil", [lambda url: url[:-5] + "x.ics", lambda url: url.replace(".", "x", 1)]
)
def test_a_guessed_address_is_not_found(
    sign_in: SignIn, client: Browser, spoil: Callable[[str], str]
) -> None:
    assert client.get(spoil(address(sign_in()))).status_code == 404


def test_no_link_carries_the_secret_away(sign_in: SignIn, client: Browser) -> None:
    citizen = sign_in()
    url = address(citizen)
    for answer in (client.get(url), citizen.get("/en/my-path/calendar")):
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_without_an_account_there_is_a_file(client: Browser) -> None:
    assert "This needs an account" in client.get("/en/my-path/calendar").text
    sent = client.get("/en/my-path.ics")
    assert sent.headers["Cache-Control"] == "private, no-store"
    assert entries(sent.data)
    assert client.send("/en/my-path/calendar/address").status_code == 303
    assert client.get("/en/my-path/calendar").status_code == 200


@pytest.mark.parametrize(("lang", "title"), [("ko", "나의 학습 길"), ("en", "My path")])
def test_the_sheet_lists_the_path_with_boxes_to_tick(
    client: Browser, lang: str, title: str
) -> None:
    page = client.get(f"/{lang}/my-path/print").text
    assert f"<h1>{title}</h1>" in page
    assert page.count("sheet__box") == page.count("sheet__why") > 0
