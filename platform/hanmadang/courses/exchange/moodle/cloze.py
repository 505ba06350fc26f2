"""Cloze: questions nested in a text, ``{1:MULTICHOICE:=right~wrong#why}``."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hanmadang.courses.exchange import questions
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.questions import (
    Accepted,
    Choice,
    Range,
    UnusableQuestionError,
    number_in,
)
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import SAID, Work

_KINDS = {
    "SHORTANSWER": "short", "SA": "short", "MW": "short",
    "SHORTANSWER_C": "case", "SAC": "case", "MWC": "case",
    "NUMERICAL": "numeric", "NM": "numeric",
    "MULTICHOICE": "one", "MC": "one", "MULTICHOICE_V": "one", "MCV": "one",
    "MULTICHOICE_H": "one", "MCH": "one", "MULTICHOICE_S": "one", "MCS": "one",
    "MULTICHOICE_VS": "one", "MCVS": "one", "MULTICHOICE_HS": "one", "MCHS": "one",
    "MULTIRESPONSE": "several", "MR": "several", "MULTIRESPONSE_H": "several", "MRH": "several",
    "MULTIRESPONSE_S": "several", "MRS": "several", "MULTIRESPONSE_HS": "several",
    "MRHS": "several",
}  # fmt: skip
_GAP = re.compile(
    rf"\{{\s*(\d{{0,4}})\s*:\s*({'|'.join(sorted(_KINDS, key=len, reverse=True))})\s*:"
    r"((?:[^\\}]|\\.)*)\}",
    re.DOTALL,
)
_LAYOUT = re.compile(r"_?(V|H|S|VS|HS)$")
_PIECE = re.compile(r"((?:[^\\~]|\\.)*)", re.DOTALL)
_ANSWER = re.compile(
    r"\s*(?:(=)|%(-?\d{1,3}(?:\.\d{1,9})?)%)?((?:[^\\#]|\\.)*)(?:#(.*))?", re.DOTALL
)
BEGIN, END = "\ue200", "\ue201"
LINE = "……"


@dataclass(frozen=True, slots=True)
class Gap:
    """A question in the text."""

    weight: int
    kind: str
    name: str
    answers: tuple[tuple[float, str, str], ...]
    """(share, words, feedback), as HTML."""


def taken_apart(text: str) -> tuple[str, list[Gap]]:
    """The text with a mark for each gap, and the gaps."""
    gaps: list[Gap] = []

    def mark(match: re.Match[str]) -> str:
        answers = tuple(_answers(match[3]))
        gaps.append(Gap(int(match[1] or 1), _KINDS[match[2]], match[2], answers))
        return f"{BEGIN}{len(gaps)}{END}"

    return _GAP.sub(mark, text), gaps


def _answers(source: str) -> Iterator[tuple[float, str, str]]:
    for piece in (found[1] for found in _PIECE.finditer(source)):
        match = _ANSWER.fullmatch(piece)
        if match is None or not piece.strip():
            continue
        share = 1.0 if match[1] else float(match[2]) / 100 if match[2] else 0.0
        yield share, _unescaped(match[3]).strip(), _unescaped(match[4] or "").strip()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def body(work: Work, gap: Gap) -> tuple[str, File]:
    """(kind, body) of a gap. Raises UnusableQuestionError."""
    if _LAYOUT.search(gap.name) and gap.kind in {"one", "several"}:
        work.report.changed(f"{{:{gap.name}:}}", Reason.LAYOUT)
    if gap.kind == "numeric":
        return "numeric", questions.numeric(work, [_range(work, each) for each in gap.answers])
    if gap.kind in {"short", "case"}:
        accepted = [
            Accepted(_bare(words), share, _said(work, feedback))
            for share, words, feedback in gap.answers
        ]
        return "short", questions.short(work, accepted, match_case=gap.kind == "case")
    together = _together(gap) if gap.kind == "several" else 1.0
    choices = [
        Choice(
            work.label(words, str(number)),
            share / together if share > 0 else share,
            _said(work, feedback),
        )
        for number, (share, words, feedback) in enumerate(gap.answers, 1)
    ]
    if gap.kind == "several":
        return "several", questions.several(work, choices, weighted=True)
    return "one", questions.one(work, choices)


def _together(gap: Gap) -> float:
    """What all right answers are worth together: ``=`` before each means its part of the whole."""
    return max(1.0, sum(share for share, _words, _feedback in gap.answers if share > 0))


def _range(work: Work, answer: tuple[float, str, str]) -> Range:
    share, words, feedback = answer
    said = _said(work, feedback)
    bare = _bare(words)
    if bare in {"", "*"}:
        return Range(-questions.LARGEST, questions.LARGEST, 0.0 if share >= 1 else share, said)
    low, dots, high = bare.partition("..")
    if dots:
        return Range(number_in(low), number_in(high), share, said)
    middle, _colon, tolerance = bare.partition(":")
    near, at = abs(number_in(tolerance)) if tolerance.strip() else 0.0, number_in(middle)
    if near:
        work.report.changed("{:NUMERICAL:…:…}", Reason.RANGE, bare)
    return Range(at - near, at + near, share, said)


def _said(work: Work, feedback: str) -> File | None:
    return work.words(feedback, SAID) if feedback else None


def _bare(words: str) -> str:
    return html.unescape(re.sub(r"<[^<>]{0,500}>", "", words)).strip()


def check(gaps: list[Gap]) -> None:
    """Raises UnusableQuestionError where there is no gap, or more than a text of ours has."""
    if not gaps or len(gaps) > questions.MOST_GAPS:
        raise UnusableQuestionError
