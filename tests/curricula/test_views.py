"""The pages as people meet them: with and without an account, in both languages, without script."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.curricula.models import Preference
from tests.conftest import Browser
from tests.curricula.browsing import SignIn
from tests.curricula.conftest import House, Opener
from tests.factories.courses import course, publish
from tests.factories.curricula import bring, brought, taught, unit_id

# cold start and wishes, without an account


@pytest.mark.parametrize(
    ("language", "title", "reason"),
    [
        ("ko", "나의 학습 길", "‘war 주제’ 문항에 아직 답하신 적이 없어"),
        ("en", "My path", "You have not answered a question on “Name of songs” yet; it may hold"),
    ],
)
def test_anybody_gets_a_path_with_reasons(
    house_with_poll: House, client: Browser, language: str, title: str, reason: str
) -> None:
    page = html.unescape(client.get(f"/{language}/my-path").text)
    assert f"<h1>{title}</h1>" in page
    assert reason.replace("war 주제", "songs 주제") in page
    assert client.get_cookie("hm_path") is None


def test_a_house_without_courses_says_so(client: Browser) -> None:
    assert "No lessons yet" in client.get("/en/my-path").text


def test_wishes_stay_on_the_device_and_shape_the_path(
    house_with_poll: House, client: Browser
) -> None:
    sent = client.send(
        "/en/my-path/preferences", {"minutes": "25", "level-culture": "3", "level-x": "3"}
    )
    assert (sent.status_code, sent.location) == (303, "/en/my-path")
    page = html.unescape(client.get("/en/my-path").text)
    assert "“Name of culture” is among the interests you set." in page
    assert 'value="25"' in page
    assert "kept on this device only" in page


def test_wishes_of_an_account_are_stored_and_replace_the_older(
    house_with_poll: House, sign_in: SignIn, read: Opener
) -> None:
    citizen = sign_in()
    for minutes in ("25", "90"):
        citizen.send("/en/my-path/preferences", {"minutes": minutes, "level-culture": "2"})
    with read() as session:
        row = session.scalars(select(Preference)).one()
        assert (row.minutes_per_week, row.topics, row.levels) == (90, ["culture"], {"culture": 2})
    assert citizen.get_cookie("hm_path") is None


@pytest.mark.parametrize("typed", ["5", "601", "many", ""])
def test_minutes_out_of_bounds_are_refused_and_the_sliders_stay(
    house_with_poll: House, client: Browser, typed: str
) -> None:
    sent = client.send("/en/my-path/preferences", {"minutes": typed, "level-culture": "2"})
    assert sent.status_code == 422
    assert "Please choose between 10 and 600 minutes." in sent.text
    assert re.search(r'name="level-culture"[^>]*value="2"', sent.text)


# why, and why not


def test_why_names_the_numbers_and_the_evidence(
    house_with_poll: House, sign_in: SignIn, write: Opener
) -> None:
    citizen = sign_in()
    with write() as session:
        person = citizen.account_id  # type: ignore[attr-defined]
        bring(session, person, brought(house_with_poll.poll_id, ("armistice", 1, 3)))
        line = unit_id(session, "line")
    english = html.unescape(citizen.get(f"/en/my-path/why/{line}").text)
    korean = html.unescape(citizen.get(f"/ko/my-path/why/{line}").text)
    assert "One of your 3 answers on “Name of armistice” was right so far." in english
    assert "‘armistice 주제’ 문항에 3번 답해 1번 맞히셨습니다." in korean
    assert ("1 of 3 right" in english, "3개 중 1개 정답" in korean) == (True, True)
    assert re.search(r'<td class="num">\d+%</td><td class="num">\d+%</td>', english)


def test_what_holds_of_several_lessons_is_said_once(
    house_with_poll: House, sign_in: SignIn, write: Opener
) -> None:
    citizen = sign_in()
    with write() as session:
        ids = [unit_id(session, slug) for slug in ("war", "line", "peace")]
    for each in ids:
        citizen.send(f"/en/my-path/lessons/{each}/choice", {"to": "skipped", "was": ""})
    page = html.unescape(citizen.get("/en/my-path").text)
    assert "Left out: 3 lessons, and why" in page
    assert page.count("You set it aside.") == 1
    assert all(f"/en/my-path/why-not/{each}" in page for each in ids)


def test_why_not_names_the_reason_and_each_page_leads_to_the_other(
    house_with_poll: House, sign_in: SignIn, write: Opener
) -> None:
    citizen = sign_in()
    with write() as session:
        person = citizen.account_id  # type: ignore[attr-defined]
        bring(session, person, brought(house_with_poll.poll_id, ("songs", 3, 3)))
        songs, war = unit_id(session, "songs"), unit_id(session, "war")
    page = html.unescape(citizen.get(f"/en/my-path/why-not/{songs}").text)
    assert "You probably know “Name of songs”: 3 of 3 answers were right." in page
    assert citizen.get(f"/en/my-path/why/{songs}").location == f"/en/my-path/why-not/{songs}"
    assert citizen.get(f"/en/my-path/why-not/{war}").location == f"/en/my-path/why/{war}"
    assert citizen.get("/en/my-path/why/999").status_code == 404
    assert citizen.get("/en/my-path/why-not/999").status_code == 404


def test_a_finished_lesson_counts_for_the_week_and_leaves_the_path(
    house_with_poll: House, sign_in: SignIn, write: Opener
) -> None:
    citizen = sign_in()
    with write() as session:
        songs = unit_id(session, "songs")
    citizen.send("/en/courses/division/start")
    citizen.send("/en/courses/division/start/songs/done")
    page = citizen.get("/en/my-path").text
    assert "7 of 60" in page
    assert "You have finished it." in citizen.get(f"/en/my-path/why-not/{songs}").text


# cost


def test_a_path_costs_the_same_statements_for_four_lessons_and_for_eight(
    house_with_poll: House, sign_in: SignIn, write: Opener, count_queries: Callable[[], Any]
) -> None:
    citizen = sign_in()
    citizen.get("/en/my-path")
    with count_queries() as few:
        citizen.get("/en/my-path")
    with write() as session:
        units = [taught(f"more-{n}", "songs", "culture") for n in range(4)]
        publish(session, course(*units, slug="more"))
    citizen.get("/en/my-path")
    with count_queries() as many:
        citizen.get("/en/my-path")
    assert len(many) == len(few) <= 16
