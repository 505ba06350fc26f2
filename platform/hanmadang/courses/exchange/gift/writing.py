"""Questions of ours as GIFT, in one language: what GIFT cannot say is named."""

import re
from collections.abc import Iterator

from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.questions import FALSE, LARGEST, TRUE
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Report
from hanmadang.courses.exchange.said import said

_SPECIAL = re.compile(r"([~=#{}:\\])")
_GAP = re.compile(r"\[\[1\]\]")


def write(course: File, report: Report, language: str) -> bytes:
    """All questions of a course in that language."""
    parts = []
    for module in course.get("modules", ()):
        for unit in module.get("units", ()):
            parts += list(_unit(unit, report, language))
    return ("\n\n".join(parts) + "\n").encode()


def _unit(unit: File, report: Report, language: str) -> Iterator[str]:
    title = said(unit["title"], language)
    report.place = title
    if not unit.get("questions") and not any(b["kind"] == "reflection" for b in unit["blocks"]):
        report.left("unit", Reason.NOT_CARRIED, title)
        return
    yield f"$CATEGORY: {title.replace('/', '//')}"
    for block in unit["blocks"]:
        if block["kind"] == "reflection":
            yield f"::{block['slug']}::{_escaped(said(block['prompt'], language))}{{}}"
            report.kept("reflection", block["slug"])
        elif block["kind"] != "question":
            report.left(block["kind"], Reason.NOT_CARRIED)
    if unit.get("quiz"):
        report.left("quiz", Reason.NOT_CARRIED, " ".join(unit["quiz"]))
    for question in unit.get("questions", ()):
        yield from _question(question, report, language)


def _question(question: File, report: Report, language: str) -> Iterator[str]:
    text = said(question["text"], language)
    if not text:
        report.left(question["kind"], Reason.ENGLISH_NOT_SAID, question["slug"])
        return
    for key in ("hints", "match_case", "unit"):
        if question.get(key):
            report.left(key, Reason.NOT_CARRIED, question["slug"])
    made = _answers(question["kind"], question, report, language)
    if made is None:
        report.left(question["kind"], Reason.NOT_CARRIED, question["slug"])
        return
    before, inside, after = made
    explanation = said(question.get("explanation"), language)
    general = f"####{_escaped(explanation)}" if explanation else ""
    words = _escaped(before) if before is not None else _escaped(text)
    tail = f" {_escaped(after)}" if after else ""
    yield f"::{question['slug']}::{words} {{{inside}{general}}}{tail}"
    report.kept(question["kind"], question["slug"])


def _answers(
    kind: str, body: File, report: Report, language: str
) -> tuple[str | None, str, str] | None:
    """(words before, what stands in braces, words behind); None where GIFT has no such kind."""
    if kind == "gaps":
        return _missing_word(body, report, language)
    if kind in {"ordering", "spots"}:
        return None
    makers = {"one": _one, "several": _several, "true_false": _true_false, "short": _short,
              "numeric": _numeric, "matching": _matching}  # fmt: skip
    return None, makers[kind](body, language), ""


def _missing_word(body: File, report: Report, language: str) -> tuple[str | None, str, str] | None:
    passage = said(body["passage"], language)
    if len(body["gaps"]) != 1 or len(_GAP.findall(passage)) != 1:
        return None
    (gap,) = body["gaps"]
    before, after = _GAP.split(passage)
    made = _answers(gap["kind"], gap, report, language)
    return (before.strip(), made[1], after.strip() or ".") if made else None


def _one(body: File, language: str) -> str:
    parts = []
    for option in body["options"]:
        credit = option.get("credit")
        weight = f"%{_percent(credit)}%" if credit and not option["correct"] else ""
        sign = "=" if option["correct"] else "~"
        parts.append(f"{sign}{weight}{_said(option, language)}")
    return _lines(parts)


def _several(body: File, language: str) -> str:
    right = sum(option["correct"] for option in body["options"])
    parts = []
    for option in body["options"]:
        usual = 1 / right if option["correct"] else -1.0
        parts.append(f"~%{_percent(option.get('credit', usual))}%{_said(option, language)}")
    return _lines(parts)


def _true_false(body: File, language: str) -> str:
    labels = [said(option["label"], language) for option in body["options"]]
    if labels != [said(TRUE, language), said(FALSE, language)]:
        return _one(body, language)
    first, second = body["options"]
    right, wrong = (first, second) if first["correct"] else (second, first)
    word = "T" if first["correct"] else "F"
    feedback = [_escaped(said(each.get("feedback"), language)) for each in (wrong, right)]
    return f"{word}#{feedback[0]}#{feedback[1]}" if any(feedback) else word


def _short(body: File, language: str) -> str:
    parts = []
    for answer in body["answers"]:
        weight = f"%{_percent(answer['credit'])}%" if "credit" in answer else ""
        parts.append(f"={weight}{_escaped(answer['text'])}{_feedback(answer, language)}")
    return _lines(parts)


def _numeric(body: File, language: str) -> str:
    parts = []
    for answer in body["answers"]:
        low, high = answer["low"], answer["high"]
        at = f"{low}" if low == high else f"{low}..{high}"
        if low <= -LARGEST and high >= LARGEST and answer.get("credit") == 0:
            parts.append(f"~{_feedback(answer, language)}")
            continue
        weight = f"%{_percent(answer['credit'])}%" if "credit" in answer else ""
        parts.append(f"={weight}{at}{_feedback(answer, language)}")
    return f"#{_lines(parts)}"


def _matching(body: File, language: str) -> str:
    parts = [
        f"={_escaped(said(pair['left'], language))} -> {_escaped(said(pair['right'], language))}"
        for pair in body["pairs"]
    ]
    parts += [f"= -> {_escaped(said(extra, language))}" for extra in body.get("extra", ())]
    return _lines(parts)


def _said(option: File, language: str) -> str:
    return f"{_escaped(said(option['label'], language))}{_feedback(option, language)}"


def _feedback(answer: File, language: str) -> str:
    words = said(answer.get("feedback"), language)
    return f" #{_escaped(words)}" if words else ""


def _lines(parts: list[str]) -> str:
    return "\n\t" + "\n\t".join(parts) + "\n"


def _percent(share: float) -> str:
    return f"{share * 100:.5f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    """Signs of GIFT, and the letters that Moodle's own format would take for HTML."""
    quoted = text.replace("&", "&amp;").replace("<", "&lt;") if re.search("[<&]", text) else text
    return _SPECIAL.sub(r"\\\1", quoted).replace("\n", "\\n")
