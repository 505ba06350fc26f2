"""The vocabulary as files: TOML with everything, CSV with the competencies for a spreadsheet.

What is written is read back the same. Reading names every row that is wrong and takes nothing
from such a file.
"""

import csv
import io
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hanmadang.curricula.graph.specs import (
    ACTIVE,
    CompetencySpec,
    Document,
    Graph,
    TopicSpec,
    ViewSpec,
    stored_form,
)
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.sheets import lines, plain
from hanmadang.kernel.text import UnusableTextError, one_line

LARGEST = 200_000
"""Bytes."""
_MOST_DOTS = 300
"""In one line: reading a dotted key takes time by the square of its parts."""
COLUMNS = (
    "code", "topic", "name_ko", "name_en", "description_ko", "description_en", "importance",
    "needs", "helps", "state", "merged_into",
)  # fmt: skip
_AND, _OR = ";", "|"
_MOST_COMPLAINTS = 100


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one row."""

    where: str
    problem: LazyText


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, or what is wrong with it; never both."""

    document: Document
    complaints: tuple[Complaint, ...] = ()


class _RowError(ValueError):
    def __init__(self, problem: LazyText) -> None:
        super().__init__()
        self.problem = problem


def write_toml(graph: Graph) -> bytes:
    """Everything, in the form of the sample data."""
    parts = [
        *(_table("topics", [("code", each.code), *_names(each)]) for each in _by_place(graph)),
        *(_table("viewpoints", [("code", each.code), *_names(each), *_about(each)])
          for each in graph.viewpoints.values()),
        *(_table("competencies", _fields(each)) for each in graph.competencies.values()),
    ]  # fmt: skip
    return "\n".join(parts).encode()


def write_csv(graph: Graph) -> bytes:
    """The competencies, a row each; `;` stands for and, `|` for or."""
    rows = (
        (
            each.code, each.topic, each.name_ko, each.name_en, each.about_ko, each.about_en,
            each.importance, _AND.join(_OR.join(group) for group in each.needs),
            _AND.join(each.helps), each.state, each.merged_into,
        )
        for each in graph.competencies.values()
    )  # fmt: skip
    return b"\xef\xbb\xbf" + lines([COLUMNS]) + lines(rows)


def read_file(name: str, content: bytes) -> Reading:
    """What an uploaded file says, by the ending of its name."""
    if len(content) > LARGEST:
        return _refused("", lazy("The file is larger than 200 KB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused("", lazy("The file is not written in UTF-8."))
    if name.lower().endswith(".toml"):
        return _read_toml(text)
    if name.lower().endswith(".csv"):
        return _read_csv(text)
    return _refused("", lazy("Please choose a file that ends in .toml or .csv."))


def _read_toml(text: str) -> Reading:
    try:
        if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
            raise tomllib.TOMLDecodeError
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # numbers and nesting beyond what Python reads
        return _refused(str(error), lazy("This is not TOML."))
    known = ("topics", "viewpoints", "competencies")
    if unknown := sorted(set(tables) - set(known)):
        return _refused(
            ", ".join(unknown), lazy("Only topics, viewpoints and competencies belong here.")
        )
    readers: tuple[Callable[[Mapping[str, Any], int], Any], ...] = (_topic, _view, _competency)
    return _collected(
        (part, f"{part} {number}", reader, table, number)
        for part, reader in zip(known, readers, strict=True)
        for number, table in enumerate(_list(tables.get(part, [])), 1)
    )


def _read_csv(text: str) -> Reading:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=False))
    except csv.Error as error:
        return _refused(str(error), lazy("This is not CSV."))
    head = tuple(cell.strip() for cell in rows[0]) if rows else ()
    if head != COLUMNS:
        return _refused(
            "1",
            lazy("The first line must name these columns: %(names)s.", names=", ".join(COLUMNS)),
        )
    return _collected(
        ("competencies", str(number), _cells, {"cells": row}, number)
        for number, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    )


Row = tuple[str, str, Callable[[Mapping[str, Any], int], Any], Any, int]


def _collected(rows: Iterable[Row]) -> Reading:
    document: dict[str, dict[str, dict[str, Any] | None]] = {}
    complaints: list[Complaint] = []
    for part, where, read, table, number in rows:
        if len(complaints) == _MOST_COMPLAINTS:
            break
        try:
            each = read(table, number)
        except _RowError as error:
            complaints.append(Complaint(where, error.problem))
            continue
        if each.code in document.setdefault(part, {}):
            twice = lazy("The code %(code)s stands there twice.", code=each.code)
            complaints.append(Complaint(where, twice))
        document[part][each.code] = stored_form(each)
    if not complaints and not any(document.values()):
        return _refused("", lazy("There is nothing in this file."))
    return Reading({}, tuple(complaints)) if complaints else Reading(document)


def _refused(where: str, problem: LazyText) -> Reading:
    return Reading({}, (Complaint(where, problem),))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(table: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    value = table.get(name, "")
    try:
        text = one_line(value) if isinstance(value, str) else None
    except UnusableTextError:
        text = None
    if text is None or (needed and not text):
        raise _RowError(lazy("Please write a text for %(name)s.", name=name))
    return text


def _both(table: Mapping[str, Any], name: str) -> tuple[str, str]:
    value = table.get(name, {})
    if not isinstance(value, dict):
        raise _RowError(lazy("%(name)s needs a text for ko and one for en.", name=name))
    return _text(value, "ko"), _text(value, "en")


def _only(table: Any, *names: str) -> None:
    if not isinstance(table, dict):
        raise _RowError(lazy("A table is expected here."))
    if unknown := sorted(set(table) - {"code", "name", *names}):
        raise _RowError(lazy("Unknown: %(names)s.", names=", ".join(unknown)))


def _topic(table: Mapping[str, Any], number: int) -> TopicSpec:
    _only(table)
    return TopicSpec(_text(table, "code", needed=True), number - 1, *_both(table, "name"))


def _view(table: Mapping[str, Any], _number: int) -> ViewSpec:
    _only(table, "description")
    code = _text(table, "code", needed=True)
    return ViewSpec(code, *_both(table, "name"), *_both(table, "description"))


def _competency(table: Mapping[str, Any], _number: int) -> CompetencySpec:
    _only(table, "topic", "description", "importance", "needs", "helps", "state", "merged_into")
    return CompetencySpec(
        _text(table, "code", needed=True), _text(table, "topic", needed=True),
        *_both(table, "name"), *_both(table, "description"), _weight(table.get("importance", 0.5)),
        tuple(_group(each) for each in _list(table.get("needs", []))),
        _group(table.get("helps", [])), _text(table, "state") or ACTIVE,
        _text(table, "merged_into"),
    ).tidy()  # fmt: skip


def _group(value: Any) -> tuple[str, ...]:
    codes = _list(value)
    if not all(isinstance(code, str) for code in codes):
        raise _RowError(lazy("Prerequisites are codes, or lists of codes of which one is enough."))
    return tuple(codes)


def _weight(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise _RowError(lazy("Importance is a number between 0.1 and 1.")) from None


def _cells(table: Mapping[str, Any], number: int) -> CompetencySpec:
    cells = [plain(cell).strip() for cell in table["cells"]]
    if len(cells) != len(COLUMNS):
        raise _RowError(
            lazy("This row has %(n)s cells instead of %(of)s.", n=len(cells), of=len(COLUMNS))
        )
    row = dict(zip(COLUMNS, cells, strict=True))
    return _competency(
        {
            "code": row["code"], "topic": row["topic"],
            "name": {"ko": row["name_ko"], "en": row["name_en"]},
            "description": {"ko": row["description_ko"], "en": row["description_en"]},
            "importance": row["importance"] or 0.5,
            "needs": [_split(group, _OR) for group in _split(row["needs"], _AND)],
            "helps": _split(row["helps"], _AND),
            "state": row["state"], "merged_into": row["merged_into"],
        },
        number,
    )  # fmt: skip


def _split(text: str, by: str) -> list[str]:
    return [part.strip() for part in text.split(by) if part.strip()]


def _by_place(graph: Graph) -> list[TopicSpec]:
    return sorted(graph.topics.values(), key=lambda each: (each.position, each.code))


def _names(each: TopicSpec | ViewSpec | CompetencySpec) -> Iterator[tuple[str, Any]]:
    yield "name", {"ko": each.name_ko, "en": each.name_en}


def _about(each: ViewSpec | CompetencySpec) -> Iterator[tuple[str, Any]]:
    if each.about_ko or each.about_en:
        yield "description", {"ko": each.about_ko, "en": each.about_en}


def _fields(each: CompetencySpec) -> Iterator[tuple[str, Any]]:
    yield from (("code", each.code), ("topic", each.topic), *_names(each), *_about(each))
    yield "importance", each.importance
    yield "needs", [group[0] if len(group) == 1 else list(group) for group in each.needs]
    if each.helps:
        yield "helps", list(each.helps)
    if not each.is_active:
        yield "state", each.state
    if each.merged_into:
        yield "merged_into", each.merged_into


def _table(part: str, fields: Iterable[tuple[str, Any]]) -> str:
    return f"[[{part}]]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in fields)


def _toml(value: Any) -> str:
    """JSON's texts, numbers and lists are TOML's, but for DEL, which TOML wants written out."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
