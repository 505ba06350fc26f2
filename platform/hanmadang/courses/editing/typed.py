"""What an author typed into the form of a unit, as the draft's content.

A field's name is its place: ``blocks.k3f9.rows.0.1.ko``. What cannot be read as a number stays as
it was typed, so that nothing is lost and the complaint names it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from hanmadang.courses.editing import schema
from hanmadang.courses.editing.schema import As, Field
from hanmadang.courses.editing.spoken import completed
from hanmadang.courses.editing.texts import CHECKED, changed, confirmed, text_of, written
from hanmadang.courses.models import BlockKind
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.text import UnusableTextError, clean

Content = dict[str, Any]
MOST_ROWS = 200
FOLDED = "folded"
"""The name of the fields that hold the parts whose forms are not on the page."""
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class Sent(Protocol):
    """A sent form."""

    def get(self, key: str, default: str) -> str:
        """The first value of that name."""

    def getlist(self, key: str) -> list[str]:
        """Every value of that name."""

    def __contains__(self, key: object) -> bool: ...


def read_unit(sent: Sent, before: Mapping[str, Any]) -> Content:
    """The whole unit as it was typed; `before` is what the form was made from."""
    content = read_fields(sent, "", schema.UNIT, before)
    content["minutes"] = {name: said for name in LANGUAGES if (said := _minutes(sent, name))}
    content["topics"] = sorted(set(sent.getlist("topics")))
    content["needs"] = sorted(set(sent.getlist("needs")))
    content["teaches"] = _teaches(sent, before)
    content |= read_fields(sent, "", (schema.SOURCES,), before)
    content["quiz"] = read_fields(sent, "quiz.", schema.QUIZ, before.get("quiz", {}))
    content["blocks"] = _parts(sent, "blocks", "key", before)
    content["questions"] = _parts(sent, "questions", "slug", before)
    return content


def read_fields(
    sent: Sent, prefix: str, fields: Sequence[Field], before: Mapping[str, Any]
) -> Content:
    """The fields of one part, empty ones left out."""
    found = {f.name: _READ[f.how](sent, f"{prefix}{f.name}", f, before.get(f.name)) for f in fields}
    return {name: value for name, value in found.items() if value not in (None, "", {}, [])}


def identified(content: Mapping[str, Any], where: str, by: str) -> dict[str, Content]:
    """The blocks or questions of a unit by what tells them apart."""
    return {str(part.get(by)): part for part in content.get(where, ())}


def _minutes(sent: Sent, language: str) -> int | float | str | None:
    return number(sent.get(f"minutes.{language}", ""))


def _teaches(sent: Sent, before: Mapping[str, Any]) -> list[Content]:
    """The competencies ticked; the strength of each is kept, or one half."""
    known = {each["competency"]: each.get("strength", 0.5) for each in before.get("teaches", ())}
    chosen = dict.fromkeys(sent.getlist("teaches"))
    in_order = [code for code in known if code in chosen]
    in_order += sorted(code for code in chosen if code not in known)
    return [
        {"competency": code, "strength": _strength(sent, code, known.get(code, 0.5))}
        for code in in_order
    ]


def _strength(sent: Sent, code: str, usual: Any) -> Any:
    typed = number(sent.get(f"strength.{code}", ""))
    return usual if typed is None else _share(typed)


def _parts(sent: Sent, where: str, by: str, before: Mapping[str, Any]) -> list[Content]:
    """Blocks or questions, in the order in which the form held them."""
    known = identified(before, where, by)
    names = dict.fromkeys(sent.getlist(where)[:MOST_ROWS])
    folded = set(sent.getlist(FOLDED))
    return [
        _as_it_was(sent, f"{where}.{name}", known[name])
        if f"{where}.{name}" in folded
        else _part(sent, f"{where}.{name}.", where, known[name])
        for name in names
        if name in known
    ]


def _as_it_was(sent: Sent, place: str, before: Content) -> Content:
    """A part whose form was not on the page."""
    part: Content = confirmed(before) if f"{place}.{CHECKED}" in sent else before
    return part


def _part(sent: Sent, prefix: str, where: str, before: Content) -> Content:
    kind = str(before["kind"])
    fields = schema.block(kind) if where == "blocks" else schema.question(kind)
    kept = {name: before[name] for name in ("key", "kind", "slug") if name in before}
    read = kept | read_fields(sent, prefix, fields, before)
    return completed(read) if kind == BlockKind.VIDEO else read


def _text(sent: Sent, place: str, _field: Field, before: Any) -> Content:
    typed = {name: line(sent.get(f"{place}.{name}", "")) for name in LANGUAGES}
    return written(changed(text_of(before), typed, checked=f"{place}.{CHECKED}" in sent))


def line(value: str) -> str:
    """What was typed, in the house's normal form; what no database keeps is dropped."""
    try:
        return clean(value).replace("\r\n", "\n").strip()
    except UnusableTextError:
        return line(_UNUSABLE.sub("", value))


def number(value: str) -> int | float | str | None:
    """A number where it can be read as one."""
    said = line(value).replace(",", "")
    if re.fullmatch(r"[+-]?\d{1,15}", said):
        return int(said)
    if re.fullmatch(r"[+-]?\d{0,15}\.\d{1,15}", said):
        return float(said)
    return line(value) or None


def _share(value: Any) -> Any:
    return round(value / 100, 6) if isinstance(value, int | float) else value


def _line(sent: Sent, place: str, _field: Field, _before: Any) -> str:
    return line(sent.get(place, ""))


def _number(sent: Sent, place: str, _field: Field, _before: Any) -> Any:
    return number(sent.get(place, ""))


def _seconds(sent: Sent, place: str, _field: Field, _before: Any) -> Any:
    minutes = re.fullmatch(r"(\d{1,4}):([0-5]\d)", line(sent.get(place, "")))
    if minutes is None:
        return number(sent.get(place, ""))
    return int(minutes[1]) * 60 + int(minutes[2])


def _percent(sent: Sent, place: str, _field: Field, _before: Any) -> Any:
    return _share(number(sent.get(place, "")))


def _flag(sent: Sent, place: str, _field: Field, _before: Any) -> bool:
    return place in sent


def _count(sent: Sent, place: str) -> int:
    said = number(sent.get(f"{place}.n", ""))
    return min(said, MOST_ROWS) if isinstance(said, int) and said > 0 else 0


def _at(before: Any, index: int) -> Any:
    return before[index] if isinstance(before, list) and index < len(before) else {}


def _rows(sent: Sent, place: str, field: Field, before: Any) -> list[Content]:
    rows = []
    for index in range(_count(sent, place)):
        row = _at(before, index)
        kept = {"kind": row["kind"]} if field.varies and "kind" in row else {}
        fields = schema.row_fields(field, str(kept.get("kind", "")))
        rows.append(kept | read_fields(sent, f"{place}.{index}.", fields, row))
    if field.name == "answers":
        for row in rows:
            if "low" in row:
                row.setdefault("high", row["low"])
    return rows


def _texts(sent: Sent, place: str, field: Field, before: Any) -> list[Content]:
    return [
        _text(sent, f"{place}.{index}", field, _at(before, index))
        for index in range(_count(sent, place))
    ]


def _grid(sent: Sent, place: str, field: Field, before: Any) -> list[list[Content]]:
    return [
        _texts(sent, f"{place}.{index}", field, _at(before, index))
        for index in range(_count(sent, place))
    ]


_READ = {
    As.TEXT: _text,
    As.BODY: _text,
    As.LINE: _line,
    As.PICTURE: _line,
    As.MEDIA: _line,
    As.SECONDS: _seconds,
    As.WHOLE: _number,
    As.NUMBER: _number,
    As.PERCENT: _percent,
    As.FLAG: _flag,
    As.ASKED: _line,
    As.COMPETENCY: _line,
    As.PARTS: _rows,
    As.TEXTS: _texts,
    As.GRID: _grid,
}
