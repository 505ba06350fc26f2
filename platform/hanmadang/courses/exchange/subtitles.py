"""Subtitles as they come (SRT, WebVTT, edX's sjson) as WebVTT and as a transcript."""

import json
import re
from dataclasses import dataclass

_TIME = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
)
_TAG = re.compile(r"<[^<>]{0,200}>")
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Cue:
    """Words, from one millisecond to another."""

    start: int
    end: int
    words: str


def cues(data: bytes) -> list[Cue]:
    """What is said when; empty where the file cannot be read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp949", "replace")
    if text.lstrip().startswith("{"):
        return _sjson(text)
    return _timed(text.replace("\r\n", "\n").replace("\r", "\n"))[:_MOST]


def _sjson(text: str) -> list[Cue]:
    try:
        said = json.loads(text)
        rows = list(zip(said["start"], said["end"], said["text"], strict=True))[:_MOST]
        return [Cue(int(a), int(b), _plain(str(c))) for a, b, c in rows if str(c).strip()]
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return []


def _timed(text: str) -> list[Cue]:
    found = []
    for part in re.split(r"\n[ \t]*\n", text):
        match = _TIME.search(part)
        words = _plain(part[match.end() :].partition("\n")[2]) if match else ""
        if match and words:
            numbers = [int(each or 0) for each in match.groups()]
            found.append(Cue(_millis(*numbers[:4]), _millis(*numbers[4:]), words))
    return found


def _millis(hours: int, minutes: int, seconds: int, millis: int) -> int:
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis


def _plain(words: str) -> str:
    return _TAG.sub("", words).replace("-->", "→").replace("<", "‹").strip()


def vtt(said: list[Cue]) -> str:
    """The same as WebVTT."""
    parts = [f"{_stamp(cue.start)} --> {_stamp(cue.end)}\n{cue.words}" for cue in said]
    return "WEBVTT\n\n" + "\n\n".join(parts)


def _stamp(millis: int) -> str:
    seconds, rest = divmod(max(millis, 0), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def transcript(said: list[Cue]) -> str:
    """The words as text in paragraphs: a pause, or a long run, begins another."""
    paragraphs: list[list[str]] = [[]]
    end = 0
    for cue in said:
        if paragraphs[-1] and (cue.start - end > _PAUSE or len(paragraphs[-1]) >= _RUN):
            paragraphs.append([])
        paragraphs[-1].append(" ".join(cue.words.split()))
        end = cue.end
    return "\n\n".join(" ".join(each) for each in paragraphs if each)


_PAUSE, _RUN = 3_000, 12
