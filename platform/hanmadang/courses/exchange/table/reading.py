"""CSV to questions of ours."""

import csv
import io
import re
from collections.abc import Mapping

from hanmadang.courses.exchange import questions
from hanmadang.courses.exchange.bank import Bank, question
from hanmadang.courses.exchange.encodings import decoded
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.imported import File, Format, Imported, Options
from hanmadang.courses.exchange.questions import (
    Accepted,
    Choice,
    Range,
    UnusableQuestionError,
    number_in,
)
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.table.columns import ARROW, BASE, KINDS, MOST_ANSWERS, PARTS
from hanmadang.courses.exchange.work import EXPLANATION, LABEL, SAID, TEXT, TITLE, Work, both
from hanmadang.kernel.bilingual import LANGUAGES

_ANSWER = re.compile(rf"answer([1-9]\d?)_({'|'.join(PARTS)})")
_YES = {"yes", "y", "true", "1", "o", "예", "네", "맞음", "참"}
_MOST_ROWS = 5_000
Row = Mapping[str, str]


def read(name: str, data: bytes, options: Options) -> Imported:
    """All questions of a table. Raises ExchangeError."""
    work = Work(options)
    text = decoded(data, work.report)
    rows = _rows(text)
    if not rows or not {"kind", "text_ko", "text_en"} & set(rows[0]):
        raise UnreadableError("CSV: kind, text_ko, text_en")
    columns = set(rows[0])
    work.language = work.language or LANGUAGES[0]
    for column in sorted(column for column in columns if not _is_known(column)):
        words = " ".join(row[column] for row in rows if row.get(column))
        work.report.left(f"{column}", Reason.UNKNOWN, words)
    bank = Bank(work, name)
    for number, row in enumerate(rows, 2):
        work.report.place = f"{number} {row.get('slug', '')}".strip()
        try:
            _read(bank, row)
        except UnusableQuestionError as error:
            words = " ".join(value for value in row.values() if value)
            work.report.left(row.get("kind", ""), error.reason, words)
    made = bank.imported(Format.CSV)
    if all(question["text"].get(lang) for question in made.questions() for lang in LANGUAGES):
        made.language = ""
    return made


def _is_known(column: str) -> bool:
    found = _ANSWER.fullmatch(column)
    return column in BASE or bool(found and int(found[1]) <= MOST_ANSWERS)


def _rows(text: str) -> list[Row]:
    """Rows by column name; comma, semicolon or tab between cells."""
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=comma))
    except csv.Error as error:
        raise UnreadableError(f"CSV ({error})") from error
    if len(lines) > _MOST_ROWS:
        raise UnreadableError("CSV")
    names = [name.strip().lower() for name in lines[0]] if lines else []
    found = []
    for cells in lines[1:]:
        row = {name: _plain(cell) for name, cell in zip(names, cells, strict=False) if name}
        for number, cell in enumerate(cells[len(names) :], len(names) + 1):
            if cell.strip():
                row[f"column {number}"] = cell
        if any(row.values()):
            found.append(row)
    columns = {name for row in found for name in row}
    return [dict.fromkeys(columns, "") | row for row in found]


def _plain(cell: str) -> str:
    """Without the sign that keeps spreadsheets from taking it for a formula."""
    cell = cell.strip()
    return cell[1:] if re.match(r"'[=+\-@\uff1d\uff0b\uff0d\uff20]", cell) else cell


def _text(work: Work, row: Row, name: str, longest: int) -> File | None:
    found = {}
    for language in LANGUAGES:
        words = row.get(f"{name}_{language}", "")
        if words:
            fitting = work.text(words, longest)[work.language]
            found[language] = _harmless(work, fitting)
    return both(LANGUAGES[0], found) if found else None


def _harmless(work: Work, words: str) -> str:
    from_table = re.sub(r"<(?=/?[a-zA-Z]|!--)", "< ", words).replace("![", "! [")
    if from_table != words:
        work.report.changed("<", Reason.RENAMED, words)
    return from_table


def _read(bank: Bank, row: Row) -> None:
    work, kind = bank.work, row.get("kind", "").lower()
    if kind not in KINDS:
        raise UnusableQuestionError(Reason.NO_KIND)
    unit = _text(work, row, "unit", TITLE)
    bank.at = next(iter(unit.values()), "") if unit and "source" not in unit else bank.at
    shelf = bank.shelf
    if unit:
        shelf.title = unit
    body = _body(work, kind, row)
    hints = [hint for n in (1, 2) if (hint := _text(work, row, f"hint{n}", SAID))]
    made = question(
        work,
        work.slug(row.get("slug", ""), usual="question"),
        kind,
        _text(work, row, "text", TEXT),
        body,
        explanation=_text(work, row, "explanation", EXPLANATION),
        hints=hints,
    )
    competency = row.get("competency", "")
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", competency):
        made["competency"] = competency
    elif competency:
        work.report.left("competency", Reason.DOES_NOT_FIT, competency)
    shelf.add(work, made)
    work.report.kept(kind, row.get("slug", ""))


def _numbers(row: Row) -> list[int]:
    found = {int(m[1]) for name, value in row.items() if value and (m := _ANSWER.fullmatch(name))}
    return sorted(found)


def _body(work: Work, kind: str, row: Row) -> File:
    numbers = _numbers(row)
    if kind in {"one", "several", "true_false"}:
        return _options(work, row, numbers)
    if kind == "numeric":
        ranges = [_range(work, row, number) for number in numbers]
        return questions.numeric(work, ranges, _text(work, row, "counted", 40))
    if kind == "short":
        accepted = [
            Accepted(words, _credit(row, number, 1.0), _feedback(work, row, number))
            for number in numbers
            for words in dict.fromkeys(row.get(f"answer{number}_{lang}", "") for lang in LANGUAGES)
            if words
        ]
        case = row.get("match_case", "").lower() in _YES
        return questions.short(work, accepted, match_case=case)
    texts = [text for n in numbers if (text := _text(work, row, f"answer{n}", LABEL))]
    if kind == "ordering":
        return questions.ordering(texts)
    pairs = [_pair(text) for text in texts]
    return questions.matching(
        [(left, right) for left, right in pairs if left],
        [right for left, right in pairs if not left],
    )


def _options(work: Work, row: Row, numbers: list[int]) -> File:
    options = []
    for number in numbers:
        label = _text(work, row, f"answer{number}", LABEL)
        if not label:
            raise UnusableQuestionError
        right = row.get(f"answer{number}_right", "").lower() in _YES
        choice = Choice(label, float(right), _feedback(work, row, number))
        option: File = {"label": choice.label, "correct": right}
        if choice.feedback:
            option["feedback"] = choice.feedback
        if row.get(f"answer{number}_credit"):
            option["credit"] = _credit(row, number, 0.0)
        options.append(option)
    if len(options) < 2:  # noqa: PLR2004  (a choice)
        raise UnusableQuestionError
    return {"options": options}


def _range(work: Work, row: Row, number: int) -> Range:
    said = row.get(f"answer{number}_ko") or row.get(f"answer{number}_en", "")
    low, dots, high = said.partition("..")
    at = number_in(low)
    credit, feedback = _credit(row, number, 1.0), _feedback(work, row, number)
    return Range(at, number_in(high) if dots else at, credit, feedback)


def _credit(row: Row, number: int, usual: float) -> float:
    said = row.get(f"answer{number}_credit", "")
    value = number_in(said) if said else usual
    return int(value) if value.is_integer() else value


def _feedback(work: Work, row: Row, number: int) -> File | None:
    return _text(work, row, f"answer{number}_feedback", SAID)


def _pair(text: File) -> tuple[File, File]:
    """The two sides of a pair, in each language."""
    sides = {language: words.partition(ARROW) for language, words in text.items()
             if isinstance(words, str)}  # fmt: skip
    if not sides or not all(arrow and right.strip() for _left, arrow, right in sides.values()):
        raise UnusableQuestionError
    left = {language: side[0].strip() for language, side in sides.items() if side[0].strip()}
    if left and len(left) != len(sides):
        raise UnusableQuestionError
    return left, {language: side[2].strip() for language, side in sides.items()}
