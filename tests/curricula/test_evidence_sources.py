"""What you know about me: every source, what can be set aside, questions to the speakers, files."""

import html
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.curricula import on_device, privacy
from hanmadang.curricula.models import Evidence, Preference, SetAside, StoredPlan
from hanmadang.events.models import EventTopic
from hanmadang.kernel import clock
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Account
from hanmadang.polls.models_audience import AudienceQuestion, Sitting, SittingState
from tests.conftest import Browser
from tests.curricula.browsing import CONSENT, SignIn, answer, payload_in, use
from tests.curricula.conftest import House, Opener
from tests.factories import events

PAGE = "/en/my-path/evidence"


def page_of(browser: Browser, path: str = PAGE) -> str:
    return html.unescape(browser.get(path).text)


@pytest.fixture
def citizen(house_with_poll: House, sign_in: SignIn, write: Opener) -> Browser:
    """Somebody who answered in a lesson, finished it, and booked a seat."""
    browser = sign_in()
    browser.send("/en/courses/division/start")
    for choice in ("0", "1"):
        browser.send("/en/courses/division/start/line/answer", {"q-first": choice})
    with write() as session:
        account = session.get_one(Account, browser.account_id)  # type: ignore[attr-defined]
        starts = Moment.from_instant(clock.now() + timedelta(days=30), "Asia/Seoul")
        event = events.make_event(session, events.evening(starts), slug="talk", now=clock.now())
        event.topics.append(EventTopic(topic_code="economy"))
        events.book_all(session, event, [events.viewer_of(account)], clock.now())
    return browser


def aside(browser: Browser, basis: str, ref: str, **fields: str) -> int:
    return browser.send(f"{PAGE}/aside", {"basis": basis, "ref": ref, **fields}).status_code


def test_each_source_stands_there_with_its_page_and_day(citizen: Browser) -> None:
    page = page_of(citizen)
    for words in (
        "Name of armistice: 1 of 2 right", "/en/courses/division/start/line", "Last answered on",
        "Finished lessons", "Booked events", 'href="/en/events/talk"', "Topics: Name of economy",
    ):  # fmt: skip
        assert words in page, words


def test_guesses_are_words_and_not_figures(citizen: Browser) -> None:
    page = page_of(citizen)
    assert ("Not asked yet" in page, "Not sure yet" in page or "You probably know it" in page) == (
        True,
        True,
    )
    assert "%" not in page.split("guess-title")[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("basis", "ref", "named"),
    [("quiz", "armistice", "knowledge"), ("event", "", "interests"), ("lesson", "", "done")],
)
def test_what_belongs_elsewhere_is_set_aside_and_used_again(
    citizen: Browser, plan: Callable[..., Any], basis: str, ref: str, named: str
) -> None:
    account_id = citizen.account_id  # type: ignore[attr-defined]
    before = plan(account_id)
    ref = ref or _ref(citizen, basis)
    assert aside(citizen, basis, ref) == 303
    set_aside = plan(account_id)
    assert _part(before, named)
    assert not _part(set_aside, named)
    assert "Not used for your path" in page_of(citizen)
    assert aside(citizen, basis, ref, to="use") == 303
    assert plan(account_id).inputs_hash == before.inputs_hash


def _part(made: Any, named: str) -> Any:
    return getattr(made.learner, named)


def _ref(browser: Browser, basis: str) -> str:
    form = page_of(browser).split(f'name="basis" value="{basis}"')[1]
    return form.split('name="ref" value="')[1].split('"')[0]


def test_nothing_but_ones_own_can_be_set_aside(
    citizen: Browser, sign_in: SignIn, client: Browser, read: Opener
) -> None:
    stranger = sign_in()
    for basis, ref in (("quiz", "armistice"), ("event", "1"), ("account", "1"), ("", "")):
        assert aside(stranger, basis, ref) == 404
    assert aside(client, "quiz", "armistice") in {302, 303, 401, 404}
    with read() as session:
        assert session.scalars(select(SetAside)).all() == []


def test_an_interest_is_deleted_by_itself(
    house_with_poll: House, sign_in: SignIn, client: Browser, read: Opener
) -> None:
    for browser in (sign_in(), client):
        browser.send(
            "/en/my-path/preferences", {"minutes": "25", "level-culture": "3", "level-economy": "3"}
        )
        assert "Interest: Name of culture" in page_of(browser)
        assert browser.send(f"{PAGE}/topics/delete", {"code": "culture"}).status_code == 303
        page = page_of(browser)
        assert ("Interest: Name of culture" in page, "Interest: Name of economy" in page) == (
            False,
            True,
        )
        assert "25 minutes a week" in page
        assert browser.send(f"{PAGE}/topics/delete", {"code": "culture"}).status_code == 404
    with read() as session:
        assert session.scalars(select(Preference.topics)).one() == ["economy"]


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing yet"), ("ko", "아직 없음")])
def test_somebody_of_whom_nothing_is_known_reads_that(
    house_with_poll: House, sign_in: SignIn, language: str, words: str
) -> None:
    assert words in page_of(sign_in(), f"/{language}/my-path/evidence")


def test_the_files_say_what_the_page_says(citizen: Browser) -> None:
    sheet = citizen.get("/en/my-path/evidence.csv").data.decode("utf-8-sig").splitlines()
    assert sheet[0] == '"source","about","right","of","from","day","consent","used"'
    assert sheet[1].startswith('"Answers in lessons","Name of armistice",1,2,')
    whole = json.loads(citizen.get("/en/my-path/evidence.json").text)
    assert [piece["source"] for piece in whole["evidence"]] == [
        "Answers in lessons", "Finished lesson", "Booked event",
    ]  # fmt: skip
    assert whole["minutes_per_week"] == 60
    assert {"about": "Name of armistice", "answers": 2}.items() <= next(
        row for row in whole["competencies"] if row["answers"]
    ).items()


def test_the_account_s_file_and_its_erasure_cover_what_was_set_aside(
    citizen: Browser, write: Opener, read: Opener
) -> None:
    account_id = citizen.account_id  # type: ignore[attr-defined]
    aside(citizen, "quiz", "armistice")
    with read() as session:
        [row] = privacy.export_of(session, account_id)["set_aside"]
        assert (row["basis"], row["about"]) == ("quiz", "armistice")
    with write() as session:
        privacy.erase_of(session, account_id, clock.now())
    with read() as session:
        for table in (SetAside, Evidence, StoredPlan, Preference):
            assert session.scalars(select(table)).all() == []


# questions to the speakers


@pytest.fixture
def sitting(house_with_poll: House, write: Opener) -> str:
    """The poll takes questions at an event on the economy; the page's address."""
    with write() as session:
        event = events.make_event(session, slug="forum")
        event.topics.append(EventTopic(topic_code="economy"))
        session.add(
            Sitting(
                poll_id=house_with_poll.poll_id, state=SittingState.OPEN.value,
                review="at_once", event_slug="forum",
            )
        )  # fmt: skip
    return f"/en/polls/{house_with_poll.poll_slug}/questions"


def test_whoever_asked_is_offered_the_topics_of_the_evening(
    house_with_poll: House, sitting: str, sign_in: SignIn, client: Browser, read: Opener
) -> None:
    asker, voter = sign_in(), client
    assert "Use for my path" not in page_of(asker, sitting)
    asker.send(sitting, {"text": "How long will it take?"})
    with read() as session:
        number = session.scalars(select(AudienceQuestion.id)).one()
    assert "Use for my path" not in page_of(voter, sitting)
    voter.send(f"{sitting}/{number}/upvote", {"to": "on"})
    for browser in (asker, voter):
        page = browser.get(sitting).text
        assert "Topic: Name of economy" in html.unescape(page)
        assert use(browser, page, **CONSENT).status_code == 303
        assert "Use for my path" not in page_of(browser, sitting)
        assert "Questions you asked or up-voted" in page_of(browser)
    with read() as session:
        row = session.scalars(select(Evidence)).one()
        assert (row.source_kind, row.topic_code, row.kind) == ("question", "economy", "interest")
        assert row.source_ref == str(house_with_poll.poll_id)


def test_what_is_offered_says_nothing_of_the_question(
    sitting: str, client: Browser, house_with_poll: House
) -> None:
    client.send(sitting, {"text": "How long will it take?"})
    with client.application.app_context():
        offer = on_device.read_offer(payload_in(client.get(sitting).text))
    assert offer.to_json() == {
        "p": house_with_poll.poll_id, "k": [], "i": ["economy"], "s": "question",
    }  # fmt: skip


def test_without_an_event_it_is_what_the_poll_asks_to_know(
    sitting: str, client: Browser, house_with_poll: House, write: Opener
) -> None:
    with write() as session:
        session.get_one(Sitting, house_with_poll.poll_id).event_slug = None
    client.send(sitting, {"text": "How long will it take?"})
    assert "Topic: Name of security" in page_of(client, sitting)


def test_answers_and_questions_of_one_poll_stand_side_by_side_and_move_in_together(
    house_with_poll: House, sitting: str, client: Browser, write: Opener
) -> None:
    use(client, answer(client, house_with_poll, write), **CONSENT)
    client.send(sitting, {"text": "How long will it take?"})
    use(client, client.get(sitting).text, **CONSENT)
    poll_id = house_with_poll.poll_id
    page = page_of(client)
    assert ("Chosen topic: Name of culture" in page, "Topic: Name of economy" in page) == (
        True,
        True,
    )
    assert client.send(f"{PAGE}/q{poll_id}.economy/delete").status_code == 303
    page = page_of(client)
    assert ("Chosen topic: Name of culture" in page, "Topic: Name of economy" in page) == (
        True,
        False,
    )


def test_withdrawing_takes_the_questions_too(sitting: str, sign_in: SignIn, read: Opener) -> None:
    asker = sign_in()
    asker.send(sitting, {"text": "How long will it take?"})
    use(asker, asker.get(sitting).text, **CONSENT)
    asker.send(f"{PAGE}/withdraw")
    with read() as session:
        assert session.scalars(select(Evidence)).all() == []


# the desk


def test_editors_read_the_numbers_in_words(house_with_poll: House, sign_in: SignIn) -> None:
    assert "The defaults hold" in page_of(sign_in(Role.ADMINISTRATOR), "/en/desk/engine")
    assert sign_in().get("/en/desk/engine").status_code == 403
