"""Who reaches which page, what visitors see first, and what it costs in statements."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.events import domain as events
from hanmadang.events.models import Event
from hanmadang.forums import queries, rules
from hanmadang.forums.domain import talks
from hanmadang.forums.models import ExpertProfile, Proposal
from hanmadang.forums.queries import forums
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import NOBODY, Role
from tests.conftest import Browser
from tests.factories.events import make_event, make_institution
from tests.factories.forums import (
    CLOSES,
    NOW,
    OPENS,
    admin,
    make_call,
    make_confirmed,
    make_draft,
    make_expert,
    make_forum,
    make_proposal,
    make_staff,
    place,
)
from tests.forums.conftest import Enter

DESK = [
    "/desk/calls", "/desk/calls/new", "/desk/calls/{call}/edit", "/desk/calls/{call}/proposals",
    "/desk/calls/{call}/release", "/desk/proposals/{key}", "/desk/forums/{event}/programme",
]  # fmt: skip
OWN = ["/my/proposals", "/my/proposals/{key}", "/my/availability/{call}", "/my/speaker"]


def arranged(write: Any, **options: Any) -> tuple[dict[str, Any], Any]:
    with write() as session:
        call = make_call(session, make_forum(session, slug="cities", **options))
        expert = make_expert(session)
        key = make_proposal(session, call, expert).key
        return {"call": call.id, "event": call.event_id, "key": key}, expert


@pytest.mark.parametrize("address", [*DESK, *OWN, "/desk/reviews", "/forums/cities/propose"])
def test_visitors_are_asked_to_sign_in(write: Any, client: Browser, address: str) -> None:
    names, _expert = arranged(write)
    answer = client.get("/ko" + address.format(**names))
    assert (answer.status_code, "/ko/" in answer.location) == (303, True)


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.EXPERT, Role.REVIEWER, Role.PARTNER_EDITOR])
@pytest.mark.parametrize("address", DESK)
def test_the_desk_is_for_organizers(write: Any, sign_in: Any, role: Role, address: str) -> None:
    names, _expert = arranged(write)
    assert sign_in(role).get("/en" + address.format(**names)).status_code == 403


@pytest.mark.parametrize("address", DESK[2:])
def test_another_institutions_organizer_finds_nothing(
    write: Any, enter: Enter, address: str
) -> None:
    names, _expert = arranged(write)
    with write() as session:
        stranger = make_staff(session, Role.ORGANIZER, make_institution(session))
    assert enter(stranger).get("/en" + address.format(**names)).status_code == 404


@pytest.mark.parametrize("address", DESK)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_host_finds_everything(write: Any, enter: Enter, address: str, language: str) -> None:
    with write() as session:
        home = make_institution(session)
        call = make_call(session, make_forum(session, institution=home))
        names = {
            "call": call.id, "event": call.event_id, "key": make_proposal(session, call).key,
        }  # fmt: skip
        host = make_staff(session, Role.ORGANIZER, home)
    assert enter(host).get(f"/{language}" + address.format(**names)).status_code == 200


def test_somebody_elses_proposal_is_not_there(write: Any, sign_in: Any, read: Any) -> None:
    names, _expert = arranged(write)
    stranger = sign_in(Role.EXPERT)
    address = f"/en/my/proposals/{names['key']}"
    assert stranger.get(address).status_code == 404
    for verb in ("withdraw", "confirm", "take-up"):
        assert stranger.send(f"{address}/{verb}").status_code == 404
    assert "Twinned towns" not in stranger.get("/en/my/proposals").text
    with read() as session:
        assert session.scalar(select(Proposal.state)) == "submitted"


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.EXPERT, Role.ORGANIZER])
def test_reviews_are_for_reviewers(write: Any, sign_in: Any, role: Role) -> None:
    names, _expert = arranged(write)
    assert sign_in(role).get(f"/en/desk/reviews/{names['key']}").status_code == 403


def test_a_draft_is_seen_by_its_author_alone(write: Any, enter: Enter, sign_in: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        key = make_draft(session, call, expert, title="Canary").key
    assert "Canary" in enter(expert).get("/en/my/proposals").text
    boss = sign_in(Role.ADMINISTRATOR)
    assert boss.get(f"/en/desk/proposals/{key}").status_code == 404
    assert boss.get(f"/en/desk/reviews/{key}").status_code == 404
    assert "Canary" not in boss.get(f"/en/desk/calls/{call.id}/proposals").text


def test_an_action_without_our_token_is_refused(write: Any, enter: Enter, read: Any) -> None:
    names, expert = arranged(write)
    answer = enter(expert).post(f"/en/my/proposals/{names['key']}/withdraw")
    assert answer.status_code == 400
    with read() as session:
        assert session.scalar(select(Proposal.state)) == "submitted"


def test_registering_to_speak_grants_no_role_and_ends_no_session(
    write: Any, read: Any, sign_in: Any
) -> None:
    citizen = sign_in(Role.CITIZEN)
    form = {
        "name": "김민서", "country": "KR", "zone": "Asia/Seoul", "attendance": "in_person",
        "bio_language": "ko",
    }  # fmt: skip
    assert citizen.send("/ko/my/speaker", form).status_code == 303
    assert citizen.get("/ko/my/proposals").status_code == 200
    with read() as session:
        assert session.scalar(select(ExpertProfile.name)) == "김민서"


def titled(ko: str) -> dict[str, Any]:
    return {"title": Bilingual.of(ko=ko, en=f"{ko} (en)")}


def test_open_calls_come_first_and_the_nearest_deadline_before_all(write: Any, read: Any) -> None:
    with write() as session:
        make_forum(session, fields=titled("공모 없음"))
        late = make_forum(session, fields=titled("늦은 마감"))
        make_call(session, late)
        soon = make_forum(session, fields=titled("이른 마감"))
        make_call(session, soon, closes=Moment.at(CLOSES.local - timedelta(days=7), "Asia/Seoul"))
    with read() as session:
        found = forums.index(session, NOBODY, NOW)
        assert [forum.title.get("ko") for forum in found.open] == ["이른 마감", "늦은 마감"]
        assert [forum.title.get("ko") for forum in found.coming] == ["공모 없음"]
        calls = queries.open_calls(session, NOW, limit=1)
        assert [forum.title.get("ko") for forum in calls] == ["이른 마감"]


@pytest.mark.parametrize(
    ("hours", "ko", "en"),
    [
        (-24 * 20, "공모 시작까지 10일", "Opens in 10 days"),
        (-24 * 11, "공모 시작까지 1일", "Opens in 1 day"),
        (0, "마감까지 20일", "Closes in 20 days"),
        (24 * 19, "마감까지 1일", "Closes in 1 day"),
        (24 * 20, "오늘 오후 6:00 마감", "Closes today at 6:00 pm"),
        (24 * 20 + 6, "공모 마감", "The call is closed"),
    ],
)
def test_the_deadline_is_told_in_days(  # noqa: PLR0917  (fixtures are parameters)
    app: Flask, write: Any, pass_time: Any, hours: int, ko: str, en: str
) -> None:
    with write() as session:
        make_call(session, make_forum(session, slug="cities"))
    pass_time(timedelta(hours=hours))
    for language, words in (("ko", ko), ("en", en)):
        assert words in app.test_client().get(f"/{language}/forums/cities").text


def test_with_no_forum_the_list_says_so(client: Browser) -> None:
    assert "지금은 예정된 포럼이 없습니다" in client.get("/ko/forums").text
    assert "No forum is planned right now" in client.get("/en/forums").text


def test_draft_forums_and_other_events_are_not_forums(write: Any, client: Browser) -> None:
    with write() as session:
        make_forum(session, slug="draft", published=False, fields=titled("초안"))
        make_event(session, slug="concert")
    assert "초안" not in client.get("/ko/forums").text
    assert client.get("/ko/forums/draft").status_code == 404
    assert client.get("/ko/forums/concert").status_code == 404
    assert client.get("/ko/forums/nothing").status_code == 404


def test_a_cancelled_forum_takes_no_proposals(write: Any, client: Browser) -> None:
    with write() as session:
        forum = make_forum(session, slug="cities")
        make_call(session, forum)
        events.cancel(session, session.get_one(Event, forum.id), actor=admin(session), now=NOW)
    page = client.get("/en/forums/cities").text
    assert "Cancelled" in page
    assert "/en/forums/cities/propose" not in page


def test_the_programme_shows_two_clocks_to_whoever_lives_by_another(
    write: Any, enter: Enter, client: Browser
) -> None:
    with write() as session:
        call, expert = make_call(session, make_forum(session, slug="cities")), make_expert(session)
        place(session, call, make_confirmed(session, call, expert))
        talks.publish(session, call.event_id, actor=admin(session))
    assert "6:00 am" not in client.get("/en/forums/cities").text
    page = enter(expert).get("/en/forums/cities").text
    assert "2:00 pm" in page
    assert "6:00 am" in page


def test_a_text_in_english_is_marked_for_korean_readers(write: Any, client: Browser) -> None:
    with write() as session:
        call = make_call(session, make_forum(session, slug="cities"))
        place(session, call, make_confirmed(session, call))
        talks.publish(session, call.event_id, actor=admin(session))
    page = client.get("/ko/forums/cities").text
    assert '<span lang="en">Twinned towns before 1989</span>' in page


@pytest.mark.parametrize(
    ("address", "statements"),
    [("/en/forums", 2), ("/en/forums/cities", 3), ("/en/my/proposals", 3)],
)
@pytest.mark.parametrize("crowd", [1, 3])
def test_pages_cost_the_same_for_one_and_for_three(  # noqa: PLR0917  (fixtures are parameters)
    write: Any, enter: Enter, client: Browser, count_queries: Any, address: str,
    statements: int, crowd: int,
) -> None:  # fmt: skip
    with write() as session:
        call, expert = make_call(session, make_forum(session, slug="cities")), make_expert(session)
        for number in range(crowd):
            make_call(session)
            place(session, call, make_confirmed(session, call, expert), after=20 * number)
        talks.publish(session, call.event_id, actor=admin(session))
    browser = enter(expert) if "/my/" in address else client
    with count_queries() as found:
        assert browser.get(address).status_code == 200
    assert len(found) == statements


@pytest.mark.parametrize(
    ("address", "statements"),
    [("/en/desk/calls", 3), ("/en/desk/calls/{}/proposals", 3), ("/en/desk/reviews", 3)],
)
@pytest.mark.parametrize("crowd", [1, 3])
def test_desks_cost_the_same_for_one_and_for_three(  # noqa: PLR0917  (fixtures are parameters)
    write: Any, sign_in: Any, count_queries: Any, address: str, statements: int, crowd: int
) -> None:
    with write() as session:
        call = make_call(session)
        for _ in range(crowd):
            make_proposal(session, call)
    boss = sign_in(Role.ADMINISTRATOR)
    with count_queries() as found:
        assert boss.get(address.format(call.id)).status_code == 200
    assert len(found) == statements


def test_the_sql_twin_reaches_what_the_rule_reaches(write: Any) -> None:
    with write() as session:
        home, abroad = make_institution(session), make_institution(session)
        for institution in (home, abroad):
            make_forum(session, institution=institution)
        viewers = [make_staff(session, role, home) for role in Role] + [NOBODY, admin(session)]
        for viewer in viewers:
            found = session.scalars(select(Event.id).where(rules.managed_by(viewer)))
            wanted = [
                event.id
                for event in session.scalars(select(Event).order_by(Event.id))
                if rules.can_manage(viewer, event.institution_id)
            ]
            assert sorted(found) == wanted


def test_an_organizer_opens_and_changes_a_call(write: Any, read: Any, enter: Enter) -> None:
    with write() as session:
        home = make_institution(session)
        forum = make_forum(session, institution=home)
        host = make_staff(session, Role.ORGANIZER, home)
    form = {
        "event": str(forum.id), "text_ko": "이야기를 나누어 주세요.", "text_en": "",
        "formats": ["talk", "nonsense"], "minutes": "15, 30", "languages": ["ko"],
        "zone": "Asia/Seoul", "opens": "2026-11-20T09:00", "closes": "2026-12-10T18:00",
    }  # fmt: skip
    browser = enter(host)
    assert browser.send("/ko/desk/calls/new", form).status_code == 303
    with read() as session:
        (found,) = queries.open_calls(session, NOW)
        assert found.call is not None
        assert (found.call.formats, found.call.minutes, found.call.languages) == (
            ("talk",), (15, 30), ("ko",),
        )  # fmt: skip
        call = found.call
    changed = form | {"minutes": "20", "version": "1"}
    address = f"/ko/desk/calls/{call.id}/edit"
    assert browser.send(address, changed).status_code == 303
    stale = browser.send(address, form | {"minutes": "25", "version": "1"})
    assert (stale.status_code, 'value="25"' in stale.text) == (409, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text_ko", ""), ("formats", []), ("minutes", "soon"), ("minutes", "0"),
        ("minutes", "1000000000000"), ("languages", []), ("opens", "tomorrow"),
        ("closes", "2026-11-19T09:00"), ("closes", "2027-12-19T09:00"), ("zone", "Mars/Olympus"),
    ],
)  # fmt: skip
def test_a_call_that_makes_no_sense_is_refused_beside_its_field(
    write: Any, read: Any, sign_in: Any, field: str, value: object
) -> None:
    with write() as session:
        forum = make_forum(session)
    form: dict[str, Any] = {
        "event": str(forum.id), "text_ko": "글", "formats": ["talk"], "minutes": "15",
        "languages": ["ko"], "zone": "Asia/Seoul", "opens": "2026-11-20T09:00",
        "closes": "2026-12-10T18:00",
    }  # fmt: skip
    answer = sign_in(Role.ADMINISTRATOR).send("/en/desk/calls/new", form | {field: value})
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    with read() as session:
        assert queries.open_calls(session, NOW) == []


def test_a_talk_outside_the_forum_is_refused_beside_its_field(write: Any, sign_in: Any) -> None:
    with write() as session:
        event_id = make_forum(session).id
    form = {"title_ko": "발표", "starts": "2026-12-21T14:00", "minutes": "30", "proposal": "0"}
    answer = sign_in(Role.ADMINISTRATOR).send(f"/ko/desk/forums/{event_id}/programme", form)
    assert answer.status_code == 422
    assert "포럼 시간을 벗어났습니다." in answer.text


def test_a_request_for_changes_needs_words(write: Any, sign_in: Any) -> None:
    names, _expert = arranged(write)
    boss, address = sign_in(Role.ADMINISTRATOR), f"/en/desk/proposals/{names['key']}/ask"
    for words in ("", "  ", "a\x00b"):
        answer = boss.send(address, {"request": words, "desk_version": "1"})
        assert answer.status_code == 422
    fine = boss.send(address, {"request": "More detail.", "desk_version": "1"})
    assert fine.status_code == 303


def test_opening_times_say_which_window_holds() -> None:
    class Window:
        opens, closes = OPENS, CLOSES

    second = timedelta(seconds=1)
    phases = [
        rules.phase(Window(), instant)
        for edge in (OPENS.instant, CLOSES.instant)
        for instant in (edge - second, edge)
    ]
    assert phases == ["upcoming", "open", "open", "closed"]


def test_no_count_of_drafts_reaches_the_desk(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        make_draft(session, call, make_expert(session))
        make_proposal(session, call)
        (row,) = forums.desk(session, admin(session))
        assert row.counts == {"pending": 0, "submitted": 1}
        assert session.scalar(select(func.count()).select_from(Proposal)) == 2
