"""The organizers' desk: whose events, the form, typed text that survives, bookings as a list."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, update

from hanmadang.events.models import Event, MondayRule
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role
from hanmadang.kernel.sheets import harmless
from hanmadang.people.models import Institution, RoleGrant, SignInSession
from tests.conftest import Browser
from tests.factories.events import (
    book_all,
    evening,
    exhibition,
    make_citizens,
    make_event,
    make_institution,
    make_topic,
    viewer_of,
)
from tests.factories.people import make_account

CONCERT = {
    "kind": "concert", "title_ko": "노래", "title_en": "Songs", "summary_ko": "요약",
    "summary_en": "Summary", "venue_ko": "회관", "venue_en": "Hall", "zone": "Asia/Seoul",
    "starts": "2026-12-01T19:30", "ends": "2026-12-01T21:00", "capacity": "12",
    "monday_rule": "as_listed", "languages": ["ko", "en"], "wheelchair": "y",
}  # fmt: skip
EXHIBITION = CONCERT | {
    "kind": "exhibition", "starts": "", "ends": "", "capacity": "", "monday_rule": "moves",
    "first_day": "2026-12-01", "last_day": "2027-01-31", "hours_1-days": ["1", "2", "3"],
    "hours_1-opens": "10:00", "hours_1-closes": "18:00", "hours_1-last_entry": "17:30",
    "hours_3-days": ["4"], "hours_3-opens": "12:00", "hours_3-closes": "21:00",
    "closed_holidays": ["seollal", "chuseok"],
}  # fmt: skip


@pytest.fixture
def host(write: Any) -> int:
    with write() as session:
        return make_institution(session).id


@pytest.fixture
def organizer(host: int, write: Any, sign_in: Any) -> Browser:
    """Signed in for the institution `host`."""
    browser: Browser = sign_in(Role.ORGANIZER)
    with write() as session:
        session.execute(update(RoleGrant).values(institution_id=host))
        session.execute(update(SignInSession).values(institution_id=host))
    return browser


def only_event(read: Any) -> Event:
    with read() as session:
        event: Event = session.scalars(select(Event)).one()
        _ = (event.slot, event.opening_rules, event.topics)
        session.expunge_all()
        return event


def make_at(write: Any, host: int, **options: Any) -> int:
    with write() as session:
        institution = session.get_one(Institution, host)
        return make_event(session, institution=institution, **options).id


# --- writing ------------------------------------------------------------------


def test_a_new_concert_is_saved_as_a_draft(organizer: Browser, host: int, read: Any) -> None:
    response = organizer.send("/ko/desk/events/new", CONCERT | {"institution": host})
    event = only_event(read)
    assert (response.status_code, response.location) == (303, f"/ko/desk/events/{event.id}/edit")
    assert (event.state, event.title.get("en"), event.wheelchair) == ("draft", "Songs", True)
    assert event.starts is not None
    assert event.starts.local.isoformat() == "2026-12-01T19:30:00"
    assert event.slot is not None
    assert event.slot.capacity == 12


def test_a_new_exhibition_keeps_its_hours(organizer: Browser, host: int, read: Any) -> None:
    organizer.send("/ko/desk/events/new", EXHIBITION | {"institution": host})
    event = only_event(read)
    assert [rule.weekdays for rule in event.opening_rules] == [0b0001110, 0b0010000]
    assert (event.monday_rule, event.closed_holidays) == ("moves", ["seollal", "chuseok"])


def test_a_double_click_saves_one_draft(organizer: Browser, host: int, read: Any) -> None:
    sent = CONCERT | {"institution": host, "idempotency_key": new_key()}
    places = {organizer.send("/ko/desk/events/new", sent).location for _ in range(2)}
    assert places == {f"/ko/desk/events/{only_event(read).id}/edit"}


@pytest.mark.parametrize(
    ("changes", "korean", "english"),
    [
        ({"title_ko": "", "title_en": ""}, "행사 제목을 입력해 주세요.", "Give the event a title."),
        ({"starts": "morning"}, "일시를 2026-11-30 19:30처럼", "Write date and time as"),
        ({"ends": "2026-12-01T19:00"}, "종료 일시는 시작 일시보다", "must come after the start"),
        ({"capacity": "many"}, "숫자로 입력해 주세요.", "Write a whole number."),
        ({"capacity": "0"}, "한 석 이상", "at least one seat"),
        ({"kind": "exhibition", "first_day": "2026-12-01", "last_day": "2026-12-09"},
         "운영 시간을 입력해 주세요.", "Give the opening hours."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_explained_and_what_was_typed_stays(  # noqa: PLR0917
    organizer: Browser, host: int, read: Any, changes: dict[str, str], korean: str, english: str
) -> None:
    sent = CONCERT | {"institution": host, "phone": "02-777-7777"} | changes
    for language, text in (("ko", korean), ("en", english)):
        response = organizer.send(f"/{language}/desk/events/new", sent)
        assert response.status_code == 422
        assert text in response.text
        assert "02-777-7777" in response.text
    with read() as session:
        assert session.scalars(select(Event)).all() == []


def test_half_a_row_of_hours_is_asked_about(organizer: Browser, host: int) -> None:
    half = EXHIBITION | {"institution": host, "hours_3-opens": ""}
    response = organizer.send("/en/desk/events/new", half)
    assert response.status_code == 422
    assert "Give days, opening and closing time in each row." in response.text


def test_nobody_writes_in_another_institutions_name(
    organizer: Browser, write: Any, read: Any
) -> None:
    with write() as session:
        other = make_institution(session).id
    organizer.send("/en/desk/events/new", CONCERT | {"institution": other})
    with read() as session:
        assert session.scalars(select(Event)).all() == []


def test_the_form_shows_what_is_stored(organizer: Browser, host: int, write: Any) -> None:
    with write() as session:
        make_topic(session)
    fields = exhibition(topics=("culture",), monday_rule=MondayRule.CLOSED, phone="02-1")
    event_id = make_at(write, host, fields=fields)
    html = organizer.get(f"/ko/desk/events/{event_id}/edit").text
    for text in ('value="하루, 두 곳"', 'value="One Day, Two Places"', 'value="2026-11-10"',
                 'value="10:00"', 'value="17:30"', 'value="02-1"'):  # fmt: skip
        assert text in html
    assert (
        html.count("checked") == 1 + 1 + 6 + 1 + 1 + 2
    )  # kind, Mondays, days, topic, language; display


def test_an_edit_is_saved(organizer: Browser, host: int, write: Any, read: Any) -> None:
    event_id = make_at(write, host)
    sent = CONCERT | {"version": "1", "venue_en": "Big Hall"}
    assert organizer.send(f"/ko/desk/events/{event_id}/edit", sent).status_code == 303
    event = only_event(read)
    assert (event.venue.get("en"), event.version) == ("Big Hall", 2)


def test_a_changed_source_marks_the_translation_stale(
    organizer: Browser, host: int, write: Any, read: Any
) -> None:
    event_id = make_at(write, host)
    sent = CONCERT | {
        "version": "1",
        "title_ko": "새 제목",
        "title_en": "Songs of the North and South",
    }
    organizer.send(f"/ko/desk/events/{event_id}/edit", sent)
    assert only_event(read).title.is_stale("en")


def test_two_editors_one_is_told_and_keeps_the_text(
    organizer: Browser, host: int, write: Any, read: Any
) -> None:
    event_id = make_at(write, host)
    url = f"/en/desk/events/{event_id}/edit"
    organizer.send(url, CONCERT | {"version": "1", "venue_en": "First Hall"})
    late = organizer.send(url, CONCERT | {"version": "1", "venue_en": "Second Hall"})
    assert late.status_code == 409
    assert "Second Hall" in late.text
    assert "Somebody changed this in the meantime" in late.text
    assert only_event(read).venue.get("en") == "First Hall"


def test_publishing_from_the_desk(organizer: Browser, host: int, write: Any, read: Any) -> None:
    event_id = make_at(write, host, published=False)
    assert organizer.send(f"/ko/desk/events/{event_id}/publish").status_code == 303
    assert only_event(read).state == "published"


def test_publishing_in_one_language_must_be_meant(
    organizer: Browser, host: int, write: Any, read: Any
) -> None:
    korean = evening(title=Bilingual.of(ko="작은 음악회"))
    event_id = make_at(write, host, fields=korean, published=False)
    url = f"/ko/desk/events/{event_id}/publish"
    refused = organizer.send(url)
    assert refused.status_code == 422
    assert "두 언어로 모두 필요합니다" in refused.text
    organizer.send(url, {"single_language": "1"})
    assert only_event(read).single_language is True


def test_cancelling_from_the_desk_tells_how_many(
    organizer: Browser, host: int, write: Any, read: Any
) -> None:
    event_id = make_at(write, host)
    with write() as session:
        book_all(session, session.get_one(Event, event_id), make_citizens(session, 2))
    organizer.send(f"/ko/desk/events/{event_id}/cancel")
    html = organizer.get(f"/ko/desk/events/{event_id}/edit").text
    assert "예약한 2명에게 이메일로 알립니다" in html
    assert only_event(read).state == "cancelled"


# --- whose --------------------------------------------------------------------


def test_the_desk_lists_only_ones_own(organizer: Browser, host: int, write: Any) -> None:
    make_at(write, host, fields=evening(title=Bilingual.of(ko="우리 행사")), published=False)
    with write() as session:
        make_event(session, evening(title=Bilingual.of(ko="남의 행사")), published=False)
    html = organizer.get("/ko/desk/events").text
    assert "우리 행사" in html
    assert "남의 행사" not in html


def test_administrators_see_all(sign_in: Any, write: Any) -> None:
    with write() as session:
        make_event(session, evening(title=Bilingual.of(ko="남의 행사")), published=False)
    assert "남의 행사" in sign_in(Role.ADMINISTRATOR).get("/ko/desk/events").text


PATHS = ("edit", "registrations", "registrations.csv")


@pytest.mark.parametrize("path", PATHS)
def test_another_institutions_event_does_not_exist(
    organizer: Browser, write: Any, path: str
) -> None:
    with write() as session:
        event = make_event(session)
        people = make_citizens(session, 1)
        book_all(session, event, people)
    response = organizer.get(f"/ko/desk/events/{event.id}/{path}")
    assert response.status_code == 404
    assert people[0].name not in response.text


@pytest.mark.parametrize("action", ["edit", "publish", "cancel"])
def test_another_institutions_event_cannot_be_changed(
    organizer: Browser, write: Any, read: Any, action: str
) -> None:
    with write() as session:
        event_id = make_event(session, published=action != "publish").id
    before = only_event(read)
    response = organizer.send(f"/ko/desk/events/{event_id}/{action}", CONCERT | {"version": "1"})
    assert response.status_code == 404
    after = only_event(read)
    assert (after.state, after.version) == (before.state, before.version)


@pytest.mark.parametrize(
    "path", ["", "/new", "/1/edit", "/1/registrations", "/1/registrations.csv"]
)
def test_the_desk_is_closed_to_citizens(sign_in: Any, write: Any, path: str) -> None:
    with write() as session:
        make_event(session)
    assert sign_in(Role.CITIZEN).get(f"/ko/desk/events{path}").status_code == 403


@pytest.mark.parametrize("events", [1, 3])
def test_the_desk_costs_two_statements_however_many(
    sign_in: Any, write: Any, count_queries: Any, events: int
) -> None:
    admin = sign_in(Role.ADMINISTRATOR)
    with write() as session:
        for _ in range(events):
            make_event(session)
    with count_queries() as statements:
        admin.get("/ko/desk/events")
    assert len(statements) == 2


# --- who booked ---------------------------------------------------------------


@pytest.fixture
def crowded(host: int, write: Any) -> int:
    """A concert with one seat: Kim has it, a spreadsheet formula waits for it."""
    event_id = make_at(write, host, fields=evening(capacity=1))
    with write() as session:
        people = [make_account(session, name=name) for name in ("김하늘", '=HYPERLINK("x")')]
        event = session.get_one(Event, event_id)
        book_all(session, event, [viewer_of(account) for account in people])
    return event_id


def test_the_list_of_bookings(organizer: Browser, crowded: int) -> None:
    html = organizer.get(f"/ko/desk/events/{crowded}/registrations").text
    assert html.index("김하늘") < html.index("대기 중")
    assert "예약 확정" in html


def test_the_spreadsheet_opens_in_hangul_and_runs_no_formula(
    organizer: Browser, crowded: int
) -> None:
    response = organizer.get(f"/ko/desk/events/{crowded}/registrations.csv")
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert rows == [
        ["번호", "이름", "상태", "대기 번호", "예약 일시"],
        ["1", "김하늘", "예약 확정", "", "2026년 11월 21일 (토) 오후 12:00"],
        ["2", '\'=HYPERLINK("x")', "대기 중", "1", "2026년 11월 21일 (토) 오후 12:00"],
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_cells_that_look_like_formulas_are_quoted(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_plain_names_stay_plain() -> None:
    assert harmless("김하늘") == "김하늘"


@pytest.mark.parametrize(
    ("path", "action"),
    [("registrations", "registrations.viewed"), ("registrations.csv", "registrations.exported")],
)
def test_each_look_at_personal_data_is_recorded(
    organizer: Browser, crowded: int, read: Any, path: str, action: str
) -> None:
    organizer.get(f"/ko/desk/events/{crowded}/{path}")
    with read() as session:
        row = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert (row.action, row.object_id, row.detail) == (action, str(crowded), "2")
        assert row.actor_id == organizer.account_id  # type: ignore[attr-defined]


def test_an_empty_list_of_bookings_says_so(organizer: Browser, host: int, write: Any) -> None:
    event_id = make_at(write, host)
    html = organizer.get(f"/en/desk/events/{event_id}/registrations").text
    assert "Nobody has booked yet" in html
    assert "CSV" not in html
