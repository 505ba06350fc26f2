"""What came of a poll: written on the desk, public at once, corrected with its history kept."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.permissions import Role
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_outcomes import Outcome
from tests.conftest import Browser
from tests.factories import courses
from tests.factories.events import make_event
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]
SignIn = Callable[..., Browser]
ENTRY = {
    "day": "2026-11-19", "state": "decided", "text_ko": "강좌를 엽니다.",
    "text_en": "We open a course.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """Shortly after the polls of these tests closed."""
    with clock.frozen(NOW + timedelta(hours=1)):
        yield


@pytest.fixture
def closed(write: Opener) -> Poll:
    """A closed poll."""
    with write() as session:
        return make_poll(session, OPINION, state=PollState.CLOSED)


@pytest.fixture
def desk(sign_in: SignIn) -> Browser:
    """An organizer of the house."""
    return sign_in(Role.ORGANIZER)


def publish(desk: Browser, poll: Poll, **fields: str) -> Any:
    """Write an entry."""
    return desk.send(f"/en/desk/polls/{poll.id}/outcomes", ENTRY | fields)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ("반영 소식", "결정", "강좌를 엽니다.", "2026년 11월 19일")),
        ("en", ("What came of it", "Decided", "We open a course.", "19 November 2026")),
    ],
)
def test_an_entry_stands_on_the_results_page_and_among_all(
    client: Browser, desk: Browser, closed: Poll, language: str, words: tuple[str, ...]
) -> None:
    assert publish(desk, closed).status_code == 303
    for path in (f"polls/{closed.slug}/results", "polls/outcomes"):
        page = client.get(f"/{language}/{path}").text
        assert [word for word in words if word not in page] == []


def test_the_newest_comes_first(client: Browser, desk: Browser, closed: Poll) -> None:
    for day in ("2026-11-01", "2026-11-19", "2026-11-10"):
        publish(desk, closed, day=day, text_en=f"On {day}.")
    page = client.get(f"/en/polls/{closed.slug}/results").text
    places = [page.index(f"On {day}.") for day in ("2026-11-19", "2026-11-10", "2026-11-01")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("language", "unknown", "known"),
    [
        ("ko", "정해지지 않았습니다", "2027년 1월 15일"),
        ("en", "have not said by when", "15 January 2027"),
    ],
)
def test_where_nothing_is_written_it_says_when_to_expect_something(  # noqa: PLR0917
    client: Browser, desk: Browser, closed: Poll, language: str, unknown: str, known: str
) -> None:
    path = f"/{language}/polls/{closed.slug}/results"
    assert unknown in client.get(path).text
    said = desk.send(f"/en/desk/polls/{closed.id}/outlook", {"day": "2027-01-15"})
    assert said.status_code == 303
    assert known in client.get(path).text


def test_who_does_not_follow_a_poll_says_why(desk: Browser, closed: Poll, client: Browser) -> None:
    refused = publish(desk, closed, state="not_followed")
    assert refused.status_code == 422
    assert "reason" in refused.text
    reasons = {"reason_ko": "예산이 없습니다.", "reason_en": "There is no money."}
    assert publish(desk, closed, state="not_followed", **reasons).status_code == 303
    assert "There is no money." in client.get("/en/polls/outcomes").text


def test_an_entry_leads_to_pages_of_this_house_only(
    client: Browser, desk: Browser, closed: Poll, write: Opener
) -> None:
    with write() as session:
        event = make_event(session, published=True)
        courses.publish(session)
        slug = event.slug
    for link in ("https://elsewhere.example/en/events/x", "/en/events/none", "//evil", "/en/desk"):
        answer = publish(desk, closed, link=link)
        assert (answer.status_code, "not the public page" in answer.text) == (422, True), link
    for link in (f"http://localhost/ko/events/{slug}", "/en/courses/division"):
        assert publish(desk, closed, link=link).status_code == 303
    page = client.get(f"/en/polls/{closed.slug}/results").text
    assert f'href="/en/events/{slug}"' in page
    assert 'href="/en/courses/division"' in page


def test_a_draft_of_an_event_cannot_be_pointed_at(
    desk: Browser, closed: Poll, write: Opener
) -> None:
    with write() as session:
        slug = make_event(session, published=False).slug
    assert publish(desk, closed, link=f"/en/events/{slug}").status_code == 422


def test_a_correction_keeps_what_it_said_before(
    client: Browser, desk: Browser, closed: Poll, read: Opener
) -> None:
    publish(desk, closed)
    path = f"/en/desk/polls/{closed.id}/outcomes/{one(read).id}"
    changed = ENTRY | {"seen": "1", "text_en": "We open two courses.", "state": "under_way"}
    assert desk.send(path, changed).status_code == 303
    assert desk.send(path, changed | {"text_en": "Late."}).status_code == 409
    assert "We open two courses." in client.get("/en/polls/outcomes").text
    with read() as session:
        kept = session.scalars(
            select(AuditEntry.detail).where(AuditEntry.action == "outcome.changed")
        ).all()
    assert len(kept) == 1
    assert "We open a course." in kept[0]
    assert (one(read).version, one(read).state) == (2, "under_way")


def one(read: Opener) -> Outcome:
    """The only entry."""
    with read() as session:
        found: Outcome = session.scalars(select(Outcome)).one()
        session.expunge(found)
        return found


def test_sending_the_form_twice_writes_one_entry(desk: Browser, closed: Poll, read: Opener) -> None:
    for _ in range(2):
        assert publish(desk, closed, idempotency_key="the-same-key").status_code == 303
    assert one(read).happened_on == date(2026, 11, 19)


def test_nothing_comes_of_a_draft(desk: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, state=PollState.DRAFT)
    assert publish(desk, poll).status_code == 404


def test_citizens_write_nothing(sign_in: SignIn, closed: Poll, read: Opener) -> None:
    assert publish(sign_in(Role.CITIZEN), closed).status_code == 403
    with read() as session:
        assert session.scalars(select(Outcome)).all() == []


def test_no_poll_hides_behind_the_list(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, title=OPINION.text.of(ko="성과", en="Outcomes"))
        assert poll.slug == "outcomes-2"


def test_the_list_goes_on(client: Browser, desk: Browser, closed: Poll) -> None:
    assert "Nothing is written here yet" in client.get("/en/polls/outcomes").text
    for number in range(21):
        publish(desk, closed, text_en=f"Number {number}.")
    first, second = (client.get(f"/en/polls/outcomes?page={n}").text for n in (1, 2))
    assert ("Number 20." in first, "Number 0." in first) == (True, False)
    assert ("Number 20." in second, "Number 0." in second) == (False, True)
