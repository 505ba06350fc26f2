"""Pin, skip, shorter: with and without an account, each with its way back."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from flask import Response
from sqlalchemy import func, select

from hanmadang.curricula import domain, on_device
from hanmadang.curricula.brought import Device
from hanmadang.curricula.models import Choice, Preference, StepChoice
from hanmadang.curricula.queries.choices import decided_by
from hanmadang.curricula.wishes import Decided, Wishes
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.ids import digest
from hanmadang.kernel.permissions import Viewer
from tests.conftest import Browser
from tests.curricula.browsing import SignIn
from tests.curricula.conftest import House, Opener
from tests.curricula.undoing import undo
from tests.factories.courses import course, publish
from tests.factories.curricula import NOW, taught, unit_id
from tests.factories.people import make_account

Shelf = tuple[int, int]


@pytest.fixture
def units(house_with_poll: House, write: Opener) -> Shelf:
    """The lessons on songs and on the war."""
    assert house_with_poll.poll_id
    with write() as session:
        return unit_id(session, "songs"), unit_id(session, "war")


@pytest.fixture(params=["account", "device"])
def citizen(request: pytest.FixtureRequest, client: Browser, sign_in: SignIn) -> Browser:
    """Somebody at a browser, with an account or without."""
    return sign_in() if request.param == "account" else client


def decide(browser: Browser, unit: int, to: str, was: str = "", lang: str = "en") -> str:
    """Press a step's button; the page after it, in plain words."""
    sent = browser.send(f"/{lang}/my-path/lessons/{unit}/choice", {"to": to, "was": was})
    assert (sent.status_code, sent.location) == (303, f"/{lang}/my-path")
    return browser.get(f"/{lang}/my-path").text


# on the page


def test_a_lesson_set_aside_is_listed_and_comes_back(citizen: Browser, units: Shelf) -> None:
    songs, _war = units
    page = decide(citizen, songs, "skipped")
    assert "“Unit songs” is set aside." in page
    assert "Set aside: <a" in page
    after = undo(citizen, page)
    assert after.status_code == 303
    page = citizen.get("/en/my-path").text
    assert "Undone." in page
    assert "Set aside:" not in page
    assert "flashes__undo" not in page


@pytest.mark.parametrize(
    ("lang", "said", "badge"),
    [
        ("ko", "‘songs 단원’ 강의를 학습 길에 고정했습니다.", "고정함"),
        ("en", "“Unit songs” stays in your path.", "Pinned"),
    ],
)
def test_a_pinned_lesson_says_so_in_both_languages(
    citizen: Browser, units: Shelf, lang: str, said: str, badge: str
) -> None:
    page = html.unescape(decide(citizen, units[0], "pinned", lang=lang))
    assert said in page
    assert badge in page


def test_undo_goes_back_to_what_was_and_not_to_nothing(citizen: Browser, units: Shelf) -> None:
    songs = units[0]
    decide(citizen, songs, "pinned")
    page = decide(citizen, songs, "skipped", was="pinned")
    undo(citizen, page)
    page = citizen.get("/en/my-path").text
    assert ("Pinned" in page, "Set aside:" in page) == (True, False)


def test_pressing_twice_is_pressing_once(sign_in: SignIn, units: Shelf, read: Opener) -> None:
    citizen = sign_in()
    for _press in range(2):
        page = decide(citizen, units[0], "skipped")
    undo(citizen, page)
    with read() as session:
        assert session.scalar(select(func.count()).select_from(StepChoice)) == 0
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("step.%")))
        assert acts.all() == ["step.skipped", "step.released"]


def test_what_is_no_choice_of_a_button_decides_nothing(citizen: Browser, units: Shelf) -> None:
    for odd in ("known", "drop table", ""):
        decide(citizen, units[0], odd)
    page = citizen.get("/en/my-path").text
    assert ("Set aside:" in page, "You know this:" in page) == (False, False)


def test_a_lesson_that_is_not_on_offer_is_not_found(citizen: Browser, units: Shelf) -> None:
    assert units
    sent = citizen.send("/en/my-path/lessons/9999/choice", {"to": "pinned"})
    assert sent.status_code == 404


def test_shorter_keeps_its_length_and_goes_back(citizen: Browser, units: Shelf) -> None:
    assert units
    sent = citizen.send("/en/my-path/shorter", {"to": "5", "was": ""})
    assert sent.status_code == 303
    page = citizen.get("/en/my-path").text
    assert "Lessons in your path now take no longer than 5 minutes." in page
    assert "No lesson longer than 5 minutes" in page
    undo(citizen, page)
    assert "No lesson longer than" not in citizen.get("/en/my-path").text


# what is stored


def test_one_decision_a_lesson_from_any_state_to_any(
    house_with_poll: House, units: Shelf, write: Opener, read: Opener
) -> None:
    actor, songs = Viewer(house_with_poll.account_id), units[0]
    walk = [Choice.PINNED, Choice.SKIPPED, Choice.KNOWN, None, Choice.SKIPPED, Choice.PINNED]
    before: list[Choice | None] = []
    for wanted in walk:
        with write() as session:
            before.append(domain.choose(session, actor, songs, wanted, now=NOW))
    assert before == [None, *walk[:-1]]
    with read() as session:
        assert decided_by(session, [actor.id]) == {actor.id: Decided(pinned=(songs,))}


def test_a_decision_outlives_a_new_version_of_its_course(
    house_with_poll: House, units: Shelf, write: Opener, read: Opener
) -> None:
    actor = Viewer(house_with_poll.account_id)
    with write() as session:
        domain.choose(session, actor, units[0], Choice.SKIPPED, now=NOW)
    with write() as session:
        publish(session, course(taught("songs", "songs", "culture", minutes=9)))
        newer = unit_id(session, "songs")
    assert newer != units[0]
    with read() as session:
        assert decided_by(session, [actor.id]) == {actor.id: Decided(skipped=(newer,))}
        with pytest.raises(NotFoundError):
            domain.choose(session, actor, units[0], None, now=NOW)


def test_what_a_browser_decided_outlives_a_new_version_and_can_be_taken_back(
    citizen: Browser, units: Shelf, write: Opener
) -> None:
    decide(citizen, units[0], "skipped")
    with write() as session:
        publish(session, course(taught("songs", "songs", "culture", minutes=9)))
        newer = unit_id(session, "songs")
    assert "Set aside:" in citizen.get("/en/my-path").text
    assert "Set aside:" not in decide(citizen, newer, "", was="skipped")


def test_a_devices_decisions_move_into_the_account_that_signs_in(
    units: Shelf, write: Opener, read: Opener
) -> None:
    songs, war = units
    with write() as session:
        account_id = make_account(session).id
        domain.choose(session, Viewer(account_id), war, Choice.PINNED, now=NOW)
        device = Device(decided=Decided(pinned=(songs,), skipped=(war, 9999)))
        domain.carry_decisions(session, account_id, device, now=NOW)
    with read() as session:
        assert decided_by(session, [account_id])[account_id].pinned == (war, songs)


def test_shorter_keeps_the_other_wishes(sign_in: SignIn, units: Shelf, read: Opener) -> None:
    assert units
    citizen = sign_in()
    fields = {"minutes": "90", "level-culture": "1", "deadline": "2030-05-01", "captions": "y"}
    citizen.send("/en/my-path/preferences", fields)
    citizen.send("/en/my-path/shorter", {"to": "10"})
    with read() as session:
        row = session.scalars(select(Preference)).one()
        assert (row.minutes_per_week, row.levels, row.longest) == (90, {"culture": 1}, 10)
        assert (row.deadline.isoformat() if row.deadline else "", row.needs_captions) == (
            "2030-05-01", True,
        )  # fmt: skip


# the path stays calm


def test_storing_a_path_changes_none_of_its_inputs(
    house_with_poll: House, write: Opener, plan: Callable[..., Any]
) -> None:
    account_id = house_with_poll.account_id
    first = plan(account_id)
    with write() as session:
        domain.store_plan(session, account_id, "ko", first, now=NOW)
    again = plan(account_id)
    assert (again.is_new, again.inputs_hash) == (False, first.inputs_hash)


def test_a_changed_path_is_asked_to_keep_the_next_two_and_undo_gives_the_old_one(
    house_with_poll: House, units: Shelf, write: Opener, plan: Callable[..., Any]
) -> None:
    account_id, actor = house_with_poll.account_id, Viewer(house_with_poll.account_id)
    last: Any = None
    for wanted in (None, Choice.PINNED, None):
        with write() as session:
            domain.choose(session, actor, units[0], wanted, now=NOW)
        made = plan(account_id)
        with write() as session:
            domain.store_plan(session, account_id, "ko", made, now=NOW)
        if wanted is Choice.PINNED:
            assert made.learner.kept == tuple(step.unit_id for step in last.plan.steps[:2])
            continue
        if last is not None:
            assert made.plan == last.plan
        last = made


# on the device


def test_a_cookie_of_many_decisions_stays_small_and_drops_the_oldest(client: Browser) -> None:
    many = Device(decided=Decided(pinned=(7,), skipped=tuple(range(100_000, 100_600))))
    with client.application.test_request_context("/"):
        response = Response()
        on_device.write(response, many)
        cookie = response.headers["Set-Cookie"].partition(";")[0]
        assert len(cookie.partition("=")[2]) <= on_device.MOST_BYTES
    with client.application.test_request_context("/", headers={"Cookie": cookie}):
        kept = on_device.read().decided
    assert kept.pinned == (7,)
    assert kept.skipped
    assert kept.skipped[-1] == 100_599


def test_a_cookie_of_more_topics_than_it_holds_keeps_those_wished_for_most(
    client: Browser,
) -> None:
    levels = {digest(str(n))[:40]: 3 if n == 7 else 1 for n in range(300)}
    with client.application.test_request_context("/"):
        response = Response()
        on_device.write(response, Device(wishes=Wishes(levels=levels)))
        cookie = response.headers["Set-Cookie"].partition(";")[0]
        assert len(cookie.partition("=")[2]) <= on_device.MOST_BYTES
    with client.application.test_request_context("/", headers={"Cookie": cookie}):
        assert on_device.read().wishes.levels[digest("7")[:40]] == 3


def test_a_cookie_of_the_first_release_keeps_its_interests(client: Browser) -> None:
    with client.application.app_context():
        old = {"e": [], "m": 45, "t": ["culture"], "v": ""}
        value = on_device._signer("path").dumps(old)
    with client.application.test_request_context("/", headers={"Cookie": f"hm_path={value}"}):
        assert on_device.read().wishes == Wishes(45, {"culture": 3})


def test_why_not_can_be_asked_of_any_lesson_in_either_language(
    citizen: Browser, units: Shelf
) -> None:
    decide(citizen, units[0], "skipped")
    english = html.unescape(citizen.get("/en/my-path/why-not?q=SONGS").text)
    korean = html.unescape(citizen.get("/ko/my-path/why-not?q=songs").text)
    assert ("1 lesson" in english, "Unit war" in english) == (True, False)
    assert f"/en/my-path/why-not/{units[0]}" in english
    assert f"/ko/my-path/why-not/{units[0]}" in korean
    assert "No lesson found" in citizen.get("/en/my-path/why-not?q=nowhere").text
    assert "In your path: step 1" in citizen.get("/en/my-path/why-not").text


def test_a_lessons_page_leads_to_its_answer_whatever_its_version(
    client: Browser, units: Shelf, write: Opener
) -> None:
    assert f"/en/my-path/why/{units[0]}" in client.get("/en/courses/division/start/songs").text
    with write() as session:
        publish(session, course(taught("songs", "songs", "culture", minutes=9)))
        newer = unit_id(session, "songs")
    sent = client.get(f"/en/my-path/why/{units[0]}")
    assert sent.location == f"/en/my-path/why/{newer}"
