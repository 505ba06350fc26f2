"""Calendar files (RFC 5545), written by hand because feeds are hot and the writer is small.

Every entry keeps its UID for life and its DTSTAMP until it changes, so that equal content is
equal bytes (ETag), and a moved or cancelled event really moves in people's calendars (SEQUENCE).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hanmadang.events import vtimezone
from hanmadang.kernel.clock import zone

_OCTETS = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a calendar shows it, in one language."""

    uid: str
    title: str
    language: str
    """Of the title: a feed in English may hold an event that exists in Korean only."""
    place: str
    text: str
    url: str
    zone: str
    starts: datetime | None
    """Instant; None for an exhibition, which is shown as whole days."""
    ends: datetime | None
    first_day: date | None
    last_day: date | None
    created: datetime
    updated: datetime
    sequence: int
    cancelled: bool


def calendar(
    entries: Sequence[Entry], *, name: str = "", method: str = "PUBLISH", organizer: str = ""
) -> bytes:
    """A whole calendar file. `organizer` is a content line for mails (RFC 5546 asks for it)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hanmadang//Events//KO"]
    lines += ["CALSCALE:GREGORIAN", f"METHOD:{method}"]
    if name:
        lines += [f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}"]
        lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    for block in _zones(entries):
        lines += block
    for entry in entries:
        lines += _event(entry, organizer)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def organizer_line(name: str, address: str) -> str:
    """Who invites, as a content line."""
    quoted = _CONTROL.sub("", name).replace('"', "’").replace("\n", " ")
    return f'ORGANIZER;CN="{quoted}":mailto:{address}'


def _zones(entries: Sequence[Entry]) -> Iterator[tuple[str, ...]]:
    years: dict[str, list[int]] = {}
    for entry in entries:
        if entry.starts:
            years.setdefault(entry.zone, []).append(entry.starts.year)
    for name, found in sorted(years.items()):
        yield vtimezone.block(name, min(found), max(found))


def _event(entry: Entry, organizer: str) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{entry.uid}", f"DTSTAMP:{_utc(entry.updated)}"]
    lines += [f"CREATED:{_utc(entry.created)}", f"LAST-MODIFIED:{_utc(entry.updated)}"]
    lines += [f"SEQUENCE:{entry.sequence}", *_span(entry)]
    lines.append(f"SUMMARY;LANGUAGE={entry.language}:{_text(entry.title)}")
    if entry.place:
        lines.append(f"LOCATION:{_text(entry.place)}")
    if entry.text:
        lines.append(f"DESCRIPTION:{_text(entry.text)}")
    lines += [f"URL:{entry.url}", f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}"]
    if organizer:
        lines.append(organizer)
    lines.append("END:VEVENT")
    return lines


def _span(entry: Entry) -> list[str]:
    if entry.starts and entry.ends:
        return [
            _local("DTSTART", entry.starts, entry.zone),
            _local("DTEND", entry.ends, entry.zone),
        ]
    first = entry.first_day or date.min
    after = (entry.last_day or first) + timedelta(days=1)
    return [
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        "TRANSP:TRANSPARENT",  # two months of an exhibition must not make a person look busy
    ]


def _local(name: str, instant: datetime, zone_name: str) -> str:
    return f"{name};TZID={zone_name}:{instant.astimezone(zone(zone_name)):%Y%m%dT%H%M%S}"


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    plain = _CONTROL.sub("", value.replace("\r\n", "\n"))
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """The line in parts of at most 75 octets, never cut inside a character."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > (_OCTETS if not parts else _OCTETS - 1):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
