"""Questions of ours as CSV: what a table cannot say is named."""

from collections.abc import Iterator, Sequence

from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Report
from hanmadang.courses.exchange.said import said
from hanmadang.courses.exchange.table.columns import ARROW, KINDS, MOST_ANSWERS, head
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.sheets import BEGIN, lines


def write(course: File, report: Report) -> bytes:
    """The questions of a course, in both languages."""
    rows = [row for unit in units(course) for row in _unit(unit, report)]
    answers = max((_count(row) for row in rows), default=0)
    names = head(max(answers, 2))
    return BEGIN + lines([names]) + lines([[row.get(name, "") for name in names] for row in rows])


def units(course: File) -> Iterator[File]:
    """All units of a course."""
    for module in course.get("modules", ()):
        yield from module.get("units", ())


def _count(row: dict[str, str]) -> int:
    numbers = [int(name[6:].partition("_")[0]) for name in row if name.startswith("answer")]
    return max(numbers, default=0)


def _unit(unit: File, report: Report) -> Iterator[dict[str, str]]:
    report.place = said(unit["title"], LANGUAGES[0]) or said(unit["title"], LANGUAGES[1])
    for block in unit.get("blocks", ()):
        if block["kind"] != "question":
            report.left(block["kind"], Reason.NOT_CARRIED)
    if unit.get("quiz"):
        report.left("quiz", Reason.NOT_CARRIED, " ".join(unit["quiz"]))
    for question in unit.get("questions", ()):
        kind = question["kind"]
        if kind not in KINDS or len(_answers(question)) > MOST_ANSWERS:
            report.left(kind, Reason.NOT_CARRIED, question["slug"])
            continue
        yield _question(unit, question, report)
        report.kept(kind, question["slug"])


def _question(unit: File, question: File, report: Report) -> dict[str, str]:
    row = {"slug": question["slug"], "kind": question["kind"], "competency": question["competency"]}
    row |= _pair("unit", unit["title"]) | _pair("text", question["text"])
    row |= _pair("explanation", question.get("explanation"))
    hints = question.get("hints", [])
    for number, hint in enumerate(hints[:2], 1):
        row |= _pair(f"hint{number}", hint)
    if len(hints) > 2:  # noqa: PLR2004  (the columns there are)
        report.left("hints", Reason.NOT_CARRIED, question["slug"])
    row |= _pair("counted", question.get("unit"))
    if question.get("match_case"):
        row["match_case"] = "yes"
    for number, answer in enumerate(_answers(question), 1):
        row |= {f"answer{number}_{part}": words for part, words in answer.items()}
    return row


def _pair(name: str, text: File | None) -> dict[str, str]:
    words = {language: said(text, language) for language in LANGUAGES} if text else {}
    return {f"{name}_{language}": each for language, each in words.items() if each}


def _answers(question: File) -> Sequence[dict[str, str]]:
    """The answers' cells."""
    kind = question["kind"]
    if kind == "matching":
        pairs = [_sides(pair["left"], pair["right"]) for pair in question["pairs"]]
        return pairs + [_sides(None, extra) for extra in question.get("extra", ())]
    if kind == "ordering":
        return [_words(item) for item in question["items"]]
    found = []
    for answer in question.get("options") or question.get("answers") or ():
        row = _pair("feedback", answer.get("feedback"))
        if "label" in answer:
            row |= _words(answer["label"]) | {"right": "yes" if answer["correct"] else "no"}
        elif "text" in answer:
            row |= {"ko": answer["text"]}
        else:
            low, high = answer["low"], answer["high"]
            row |= {"ko": f"{low}" if low == high else f"{low}..{high}"}
        if "credit" in answer:
            row["credit"] = f"{answer['credit']}"
        found.append(row)
    return found


def _words(text: File) -> dict[str, str]:
    return {language: each for language in LANGUAGES if (each := said(text, language))}


def _sides(left: File | None, right: File) -> dict[str, str]:
    return {
        language: f"{said(left, language) if left else ''} {ARROW} {said(right, language)}".strip()
        for language in LANGUAGES
        if said(right, language)
    }
