"""WebVTT, read strictly: what a browser would drop in silence is said to the author."""

import re
from collections.abc import Iterable, Iterator

from hanmadang.kernel.i18n import LazyText, lazy

_TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_SETTING = re.compile(r"(vertical|line|position|size|align|region):[^\s:]+")
_TAG = re.compile(r"<[^>]*>?")
_KNOWN = re.compile(
    r"</?(?:c|i|b|u|ruby|rt)(?:\.[^\s<>.&]+)*>"
    r"|<v(?:\.[^\s<>.&]+)*(?:[ \t][^<>&]+)?>|</v>"
    r"|<lang(?:\.[^\s<>.&]+)*[ \t][A-Za-z0-9-]+>|</lang>"
    r"|<(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}>"
)
_ARROW = "-->"


def problem_in(text: str) -> LazyText | None:
    """What is wrong with a WebVTT file, with its line; None where nothing is."""
    lines = re.split(r"\r\n|\n|\r", text)
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        return lazy("captions begin with a line that says WEBVTT")
    if len(lines) > 1 and lines[1]:
        return _wrong(2)
    start, cues = 0.0, 0
    for number, block in _blocks(lines):
        if not _is_cue(block):
            if not re.match(r"(NOTE|STYLE|REGION)(?:[ \t]|$)", block[0]) or block[0][0] == "S":
                return _wrong(number)
            continue
        at = 0 if _ARROW in block[0] else 1
        began = _began(block[at])
        if began is None or began < start:
            return _wrong(number + at)
        for offset, line in enumerate(block[at + 1 :], number + at + 1):
            if not _is_sound(line):
                return _wrong(offset)
        start, cues = began, cues + 1
    return None if cues else lazy("captions hold at least one cue")


def _wrong(number: int) -> LazyText:
    return lazy("line %(n)s of the captions is no WebVTT that we show", n=number)


def _blocks(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between empty ones, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line:
            block.append(line)
        elif block:
            if number - len(block) > 1:
                yield number - len(block), block
            block = []


def _is_cue(block: list[str]) -> bool:
    return any(_ARROW in line for line in block[:2])


def _began(line: str) -> float | None:
    """When a cue begins; None where its line is no timing, or it ends before it begins."""
    first, arrow, rest = line.partition(f" {_ARROW} ")
    second, *settings = rest.split() or [""]
    times = [_TIME.fullmatch(each.strip()) for each in (first, second)]
    if not arrow or None in times or not all(_SETTING.fullmatch(each) for each in settings):
        return None
    began, over = (_seconds(each.groups()) for each in times if each)
    return began if began < over else None


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _is_sound(line: str) -> bool:
    """Whether a line of a cue holds nothing but text and WebVTT's own tags."""
    return _ARROW not in line and all(_KNOWN.fullmatch(tag) for tag in _TAG.findall(line))
