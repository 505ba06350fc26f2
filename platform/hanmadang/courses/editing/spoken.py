"""Captions as an author has them at hand, and what follows from them: length and transcript."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hanmadang.courses.editing.texts import changed, is_checked, text_of, written
from hanmadang.courses.exchange import subtitles
from hanmadang.courses.exchange.subtitles import Cue
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual

_LINE = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)\s+(\S.*)")
_LAST = 5_000
"""How long the last sentence stays, in milliseconds."""


def completed(video: dict[str, Any]) -> dict[str, Any]:
    """A film whose captions are WebVTT, and whose empty length and transcript come from them.

    What cannot be read as captions stays as it was typed.
    """
    said = text_of(video.get("captions"))
    cues = {name: _cues(said.get(name)) for name in LANGUAGES}
    if not any(cues.values()):
        return video
    ready = {name: _as_vtt(said.get(name), cues[name]) for name in LANGUAGES}
    video["captions"] = written(_in_words(said, ready))
    video.setdefault("seconds", -(-max(cue.end for each in cues.values() for cue in each) // 1000))
    video["transcript"] = written(_transcript(text_of(video.get("transcript")), cues))
    return video


def _cues(text: str) -> Sequence[Cue]:
    lines = [_LINE.fullmatch(each.strip()) for each in text.splitlines() if each.strip()]
    timed = [each for each in lines if each is not None]
    if not timed or len(timed) < len(lines):
        return subtitles.cues(text.encode())
    starts = [_start(each) for each in timed]
    ends = [*starts[1:], starts[-1] + _LAST]
    if any(start >= end for start, end in zip(starts, ends, strict=True)):
        return ()
    return [Cue(start, end, each[4]) for start, end, each in zip(starts, ends, timed, strict=True)]


def _start(line: re.Match[str]) -> int:
    hours, minutes, seconds = (int(each or 0) for each in line.groups()[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def _as_vtt(text: str, cues: Sequence[Cue]) -> str:
    return text if text.startswith("WEBVTT") or not cues else subtitles.vtt(list(cues))


def _in_words(before: Bilingual, texts: Mapping[str, str]) -> Bilingual:
    """The same captions in another form: a translation is as checked as it was."""
    if all(texts[name] == before.get(name) for name in LANGUAGES):
        return before
    return changed(before, texts, checked=is_checked(before))


def _transcript(before: Bilingual, cues: Mapping[str, Sequence[Cue]]) -> Bilingual:
    typed = {name: before.get(name) or subtitles.transcript(list(cues[name])) for name in LANGUAGES}
    if all(typed[name] == before.get(name) for name in LANGUAGES):
        return before
    return changed(before, typed, checked=True)
