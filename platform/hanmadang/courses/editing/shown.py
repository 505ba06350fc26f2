"""A part of a draft as its form shows it: fields with their values, states and complaints."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from hanmadang.courses.editing import schema
from hanmadang.courses.editing.labels import QUESTIONS, block_title, question_title
from hanmadang.courses.editing.schema import As, Field
from hanmadang.courses.editing.texts import is_checked, other, text_of
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.i18n import LazyText, _, current_locale
from hanmadang.kernel.text import rich

Problems = Mapping[str, Sequence[LazyText]]
FEW = 2
"""Parts of a unit that are shown with all their forms."""
_GIST = 90


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list, with a way to move and to remove it."""

    place: str
    title: str
    fields: tuple["Shown", ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One field. `place` is its name in the form."""

    place: str
    how: As
    label: LazyText | str
    hint: LazyText | None
    optional: bool
    aside: bool
    value: str
    texts: Mapping[str, str]
    translation: str
    """The language whose text is a translation of the other."""
    checked: bool
    stale: bool
    rows: tuple[Row, ...]
    adds: tuple[tuple[str, str], ...]
    """Presses that add a row, each with its words."""
    problems: Mapping[str, Sequence[LazyText]]
    """What is wrong here, by language; "" for the whole field."""

    @property
    def id(self) -> str:
        """Its id in the page."""
        return field_id(self.place)

    @property
    def says(self) -> bool:
        """Whether anything was typed here, or is wrong."""
        typed = self.value or self.rows or any(self.texts.values())
        return bool(typed or any(self.problems.values()))

    @property
    def filled(self) -> bool:
        """Whether both languages say something, so that they can be compared."""
        return all(self.texts.get(name) for name in LANGUAGES)


@dataclass(frozen=True, slots=True)
class Part:
    """A block or a question in the editor."""

    place: str
    name: str
    kind: str
    title: str
    fields: tuple[Shown, ...]
    """None of them where the part is folded."""
    gist: str = ""
    """How a folded part begins."""
    folded: bool = False

    @property
    def said(self) -> bool:
        """Whether its form is on the page, and its first field says something."""
        return any(each.says for each in self.fields[:1])

    @property
    def id(self) -> str:
        """Its id in the page."""
        return field_id(self.place)


def field_id(place: str) -> str:
    """The id of the field with that name."""
    return "f-" + place.replace(".", "-")


def shown_fields(
    fields: Sequence[Field], values: Mapping[str, Any], problems: Problems, prefix: str = ""
) -> tuple[Shown, ...]:
    """The fields of one part."""
    return tuple(
        _shown(field, f"{prefix}{field.name}", values.get(field.name), problems) for field in fields
    )


def shown_blocks(
    content: Mapping[str, Any], problems: Problems, opened: Collection[str] | None = None
) -> list[Part]:
    """The unit's blocks in order, all but those `opened` folded; None opens each."""
    return [
        _part("blocks", block["key"], block, schema.block(block["kind"]), problems,
              block_title(number, block["kind"]), opened)
        for number, block in enumerate(content.get("blocks", ()), 1)
    ]  # fmt: skip


def shown_questions(
    content: Mapping[str, Any], problems: Problems, opened: Collection[str] | None = None
) -> list[Part]:
    """The unit's questions in order, likewise."""
    return [
        _part("questions", each["slug"], each, schema.question(each["kind"]), problems,
              question_title(number, each["kind"]), opened)
        for number, each in enumerate(content.get("questions", ()), 1)
    ]  # fmt: skip


def _part(  # noqa: PLR0913, PLR0917  (a part is all of this)
    where: str, name: str, values: Mapping[str, Any], fields: Sequence[Field], problems: Problems,
    title: str, opened: Collection[str] | None,
) -> Part:  # fmt: skip
    place, kind = f"{where}.{name}", values["kind"]
    if opened is None or place in opened:
        return Part(place, name, kind, title, shown_fields(fields, values, problems, f"{place}."))
    return Part(place, name, kind, title, (), _gist(fields, values), folded=True)


def _gist(fields: Sequence[Field], values: Mapping[str, Any]) -> str:
    """The first words of a part in the reader's language."""
    texts = (text_of(values.get(f.name)) for f in fields if f.how in (As.TEXT, As.BODY))
    said = next((text.shown(current_locale()).text for text in texts if text), "")
    return shorten(rich(said).striptags(), _GIST, placeholder="…")


def open_parts(
    content: Mapping[str, Any], chosen: Collection[str], problems: Problems
) -> set[str] | None:
    """The parts whose forms stand on the page; None for all: few of them are no burden.

    Of many, those that somebody `chose`, and those with something wrong in them.
    """
    if len(content.get("blocks", ())) + len(content.get("questions", ())) <= FEW:
        return None
    return {part_of(place) for place in (*chosen, *problems)}


def part_of(place: str) -> str:
    """The block or question in which a place is."""
    return ".".join(place.split(".")[:2])


def _shown(field: Field, place: str, value: Any, problems: Problems) -> Shown:
    text = text_of(value) if field.how in (As.TEXT, As.BODY) else text_of(None)
    translation = other(text.source)
    return Shown(
        place=place,
        how=field.how,
        label=field.label,
        hint=field.hint,
        optional=field.optional,
        aside=field.optional if field.aside is None else field.aside,
        value=_typed(field, value),
        texts={name: text.get(name) for name in LANGUAGES},
        translation=translation,
        checked=is_checked(text),
        stale=text.is_stale(translation),
        rows=tuple(_rows(field, place, value, problems)),
        adds=_adds(field, place),
        problems={
            name: problems.get(f"{place}.{name}" if name else place, ())
            for name in ("", *LANGUAGES)
        },
    )


def _typed(field: Field, value: Any) -> str:
    """A value as it is typed: a share as a percentage, a half as 0.5."""
    if value is None or isinstance(value, dict | list):
        return ""
    if field.how is As.PERCENT and isinstance(value, int | float):
        return f"{round(value * 100, 4):g}"
    if field.how is As.FLAG:
        return "1" if value else ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _rows(field: Field, place: str, value: Any, problems: Problems) -> list[Row]:
    rows = value if isinstance(value, list) else []
    name = str(field.row or "")
    made = []
    for index, row in enumerate(rows):
        here, title = f"{place}.{index}", f"{name} {index + 1}"
        made.append(Row(here, title, _row(field, here, row, problems)))
    return made


def _row(field: Field, place: str, row: Any, problems: Problems) -> tuple[Shown, ...]:
    if field.how is As.TEXTS:
        return (_shown(Field(field.name, As.TEXT, field.row or field.label), place, row, problems),)
    if field.how is As.GRID:
        cell = Field(field.name, As.TEXT, field.label)
        return tuple(
            _shown(cell, f"{place}.{n}", each, problems)
            for n, each in enumerate(row if isinstance(row, list) else ())
        )
    if not isinstance(row, dict):
        return ()
    fields = schema.row_fields(field, str(row.get("kind", "")))
    return shown_fields(fields, row, problems, f"{place}.")


def _adds(field: Field, place: str) -> tuple[tuple[str, str], ...]:
    if field.varies:
        return tuple(
            (f"add:{place}:{kind.value}", _("Add a gap: %(kind)s", kind=QUESTIONS[kind]))
            for kind in schema.GAPS
        )
    if field.how in (As.PARTS, As.TEXTS, As.GRID):
        return ((f"add:{place}", _("Add: %(what)s", what=str(field.row or field.label))),)
    return ()
