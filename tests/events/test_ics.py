"""Calendar files: valid, folded on characters, stable, and honest about moves and cancellations."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest

from hanmadang.events import domain, ics, vtimezone
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from tests.conftest import Browser
from tests.factories.events import ADMIN, NOW, START, evening, exhibition, make_event, make_topic

ENTRY = ics.Entry(
    uid="event-1@localhost",
    title="북녘 노래",
    language="ko",
    place="한마당문화회관, 시청로 12",
    text="첫 줄; 둘, 셋\n다음 \\ 줄",
    url="http://localhost/ko/events/songs",
    zone="Asia/Seoul",
    starts=START.instant,
    ends=START.instant + timedelta(minutes=90),
    first_day=None,
    last_day=None,
    created=NOW,
    updated=NOW,
    sequence=3,
    cancelled=False,
)


def parsed(content: bytes) -> Any:
    """The entries, read by another library; a broken file raises."""
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def test_another_library_reads_what_we_wrote() -> None:
    (entry,) = parsed(ics.calendar([ENTRY], name="한마당"))
    assert entry.errors == []
    assert str(entry["SUMMARY"]) == "북녘 노래"
    assert entry["SUMMARY"].params["LANGUAGE"] == "ko"
    assert str(entry["LOCATION"]) == "한마당문화회관, 시청로 12"
    assert str(entry["DESCRIPTION"]) == "첫 줄; 둘, 셋\n다음 \\ 줄"
    assert entry["DTSTART"].dt == START.instant
    assert (entry["SEQUENCE"], str(entry["STATUS"])) == (3, "CONFIRMED")
    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt == NOW


def test_lines_end_with_crlf_and_hold_at_most_75_octets() -> None:
    content = ics.calendar([replace(ENTRY, title="가나다라마바사" * 30)], name="한마당")
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("shift", range(4))
def test_folding_never_cuts_a_hangul_syllable(shift: int) -> None:
    title = "a" * shift + "통일" * 60
    content = ics.calendar([replace(ENTRY, title=title)])
    for line in content.split(b"\r\n"):
        line.decode()  # a cut syllable raises
    assert str(parsed(content)[0]["SUMMARY"]) == title


def test_control_characters_cannot_break_the_file() -> None:
    (entry,) = parsed(ics.calendar([replace(ENTRY, title="a\x07b\rc\x0bBEGIN:VEVENT")]))
    assert str(entry["SUMMARY"]) == "abcBEGIN:VEVENT"


def test_a_line_break_in_a_title_stays_inside_it() -> None:
    entries = parsed(ics.calendar([replace(ENTRY, title="a\nEND:VEVENT\r\nBEGIN:VEVENT")]))
    assert [str(entry["SUMMARY"]) for entry in entries] == ["a\nEND:VEVENT\nBEGIN:VEVENT"]


def test_equal_content_is_equal_bytes() -> None:
    assert ics.calendar([ENTRY]) == ics.calendar([replace(ENTRY)])


def test_an_exhibition_is_whole_days_that_keep_nobody_busy() -> None:
    shown = replace(
        ENTRY, starts=None, ends=None, first_day=date(2026, 11, 10), last_day=date(2027, 2, 28)
    )
    (entry,) = parsed(ics.calendar([shown]))
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (date(2026, 11, 10), date(2027, 3, 1))
    assert str(entry["TRANSP"]) == "TRANSPARENT"


def test_a_cancelled_event_says_so() -> None:
    (entry,) = parsed(ics.calendar([replace(ENTRY, cancelled=True)], method="CANCEL"))
    assert str(entry["STATUS"]) == "CANCELLED"


def test_seoul_is_described_without_a_library() -> None:
    calendar: Any = icalendar.Calendar.from_ical(ics.calendar([ENTRY]))
    (zone,) = calendar.walk("VTIMEZONE")
    assert str(zone["TZID"]) == "Asia/Seoul"
    assert zone.to_tz().utcoffset(START.local) == timedelta(hours=9)


@pytest.mark.parametrize(
    ("local", "hours"), [(datetime(2027, 3, 13, 19), -5), (datetime(2027, 3, 14, 19), -4)]
)
def test_a_zone_with_summer_time_is_described_on_both_sides(local: datetime, hours: int) -> None:
    block = "\r\n".join(vtimezone.block("America/New_York", 2027, 2027))
    zone: Any = icalendar.Timezone.from_ical(block)
    assert zone.to_tz().utcoffset(local) == timedelta(hours=hours)


def test_an_event_abroad_keeps_its_wall_clock() -> None:
    starts = Moment.at(datetime(2027, 3, 14, 19), "America/New_York")
    content = ics.calendar([
        replace(ENTRY, zone="America/New_York", starts=starts.instant,
                ends=starts.instant + timedelta(hours=1)),
    ])  # fmt: skip
    assert b"DTSTART;TZID=America/New_York:20270314T190000\r\n" in content
    assert parsed(content)[0]["DTSTART"].dt.astimezone(UTC) == starts.instant


def test_the_organizer_cannot_inject_lines() -> None:
    line = ics.organizer_line('A "B"\r\nATTENDEE:mailto:x', "noreply@example.org")
    assert line == 'ORGANIZER;CN="A ’B’ ATTENDEE:mailto:x":mailto:noreply@example.org'


# --- feeds --------------------------------------------------------------------


def titles(client: Browser, url: str) -> list[str]:
    response = client.get(url)
    assert response.content_type == "text/calendar; charset=utf-8"
    return [str(entry["SUMMARY"]) for entry in parsed(response.data)]


def test_the_feed_speaks_the_language_of_its_address(write: Any, client: Browser) -> None:
    with write() as session:
        make_event(session)
        make_event(session, exhibition())
    assert titles(client, "/ko/events.ics") == ["하루, 두 곳", "북녘 노래와 남녘 노래"]
    assert titles(client, "/en/events.ics") == [
        "One Day, Two Places", "Songs of the North and South",
    ]  # fmt: skip


def test_any_filtered_list_is_a_feed(write: Any, client: Browser) -> None:
    with write() as session:
        make_topic(session)
        make_event(session, evening(topics=("culture",)))
        make_event(session, exhibition())
    assert titles(client, "/en/events.ics?kind=exhibition") == ["One Day, Two Places"]
    assert titles(client, "/en/events.ics?topic=culture") == ["Songs of the North and South"]
    assert titles(client, "/en/events.ics?q=두+곳") == ["One Day, Two Places"]


def test_drafts_stay_out_of_feeds(write: Any, client: Browser) -> None:
    with write() as session:
        make_event(session, published=False, slug="secret")
    assert titles(client, "/ko/events.ics") == []
    assert client.get("/ko/events/secret.ics").status_code == 404


def test_a_cancelled_event_stays_in_the_feed_as_cancelled(write: Any, client: Browser) -> None:
    with write() as session:
        domain.cancel(session, make_event(session, slug="songs"), actor=ADMIN, now=NOW)
    for url in ("/ko/events.ics", "/ko/events/songs.ics"):
        (entry,) = parsed(client.get(url).data)
        assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CANCELLED", 1)
        assert str(entry["SUMMARY"]) == "[취소] 북녘 노래와 남녘 노래"


def test_a_moved_event_keeps_its_name_and_raises_its_sequence(write: Any, client: Browser) -> None:
    with write() as session:
        event = make_event(session, slug="songs")
    (before,) = parsed(client.get("/ko/events/songs.ics").data)
    later = Moment.at(START.local + timedelta(days=1), "Asia/Seoul")
    with write() as session:
        event = session.merge(event)
        domain.edit(session, event, evening(later), version=1, actor=ADMIN, now=NOW)
    (after,) = parsed(client.get("/ko/events/songs.ics").data)
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt == later.instant


def test_an_unchanged_feed_is_not_sent_twice(write: Any, client: Browser) -> None:
    with write() as session:
        make_event(session)
    first = client.get("/ko/events.ics")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/ko/events.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_feed_looks_back_a_month(write: Any, client: Browser, pass_time: Any) -> None:
    with write() as session:
        make_event(session, evening(title=Bilingual.of(ko="지난 음악회", en="Past concert")))
    pass_time(timedelta(days=20))
    assert titles(client, "/en/events.ics") == ["Past concert"]
    pass_time(timedelta(days=30))
    assert titles(client, "/en/events.ics") == []
