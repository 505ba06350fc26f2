"""Reading the sample content: TOML files, bilingual tables, days counted from the loading."""

import re
import tomllib
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.pictures import Drawn, draw

FOLDER = Path(__file__).resolve().parent / "content"
ZONE = "Asia/Seoul"
COURSE_DRAWINGS = ("dmz",)
"""Drawings that the courses show."""
_DRAWING = "drawing:"
_RELATIVE = re.compile(r"([+-]\d+)d(?: (\d\d):(\d\d))?")


def content(name: str) -> bytes:
    """One content file, as it stands."""
    return (FOLDER / name).read_bytes()


def read(name: str) -> dict[str, Any]:
    """One content file."""
    return tomllib.loads(content(name).decode())


def courses() -> list[dict[str, Any]]:
    """The course files, in their order, with the names under which our drawings are stored."""
    files = [read(f"courses/{path.name}") for path in (FOLDER / "courses").glob("*.toml")]
    found = [_with_drawings(each) for each in files]
    return sorted(found, key=lambda course: course["position"])


def drawing(name: str) -> bytes:
    """One of our own drawings, as somebody might upload it."""
    return (FOLDER / "pictures" / f"{name}.png").read_bytes()


@lru_cache
def drawn(name: str) -> Drawn:
    """That drawing as it is stored."""
    return draw(drawing(name))


def _with_drawings(value: Any) -> Any:
    """Course content in which ``picture = "drawing:name"`` is the stored picture's name."""
    if isinstance(value, list):
        return [_with_drawings(each) for each in value]
    if isinstance(value, dict):
        return {
            key: drawn(each.removeprefix(_DRAWING)).name
            if key == "picture" and each.startswith(_DRAWING)
            else _with_drawings(each)
            for key, each in value.items()
        }
    return value


def stored_files() -> list[tuple[str, bytes]]:
    """What the courses show, named by its content as it is stored: our own drawings and films."""
    return [(path.name, path.read_bytes()) for path in sorted((FOLDER / "files").iterdir())]


def text(table: Any) -> Bilingual:
    """A ``{ko = …, en = …}`` table; anything missing is empty."""
    return Bilingual.of(ko=table["ko"], en=table["en"]) if table else Bilingual()


def moment(relative: str) -> Moment:
    """``+9d 19:30``: that many days from today, at that wall clock in Seoul."""
    day, at = _parts(relative)
    return Moment.at(datetime.combine(day, at), ZONE)


def day(relative: str) -> date:
    """``-5d`` as a calendar day in Seoul."""
    return _parts(relative)[0]


def _parts(relative: str) -> tuple[date, time]:
    found = _RELATIVE.fullmatch(relative)
    if found is None:
        message = f"Not a relative time: {relative!r}"
        raise ValueError(message)
    days, hour, minute = found.groups(default="0")
    return clock.today(ZONE) + timedelta(days=int(days)), time(int(hour), int(minute))
