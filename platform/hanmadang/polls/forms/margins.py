"""Population figures, field by field or pasted from a spreadsheet."""

import csv
import io
from typing import Any

from wtforms.validators import ValidationError

from hanmadang.kernel.forms import HouseForm, bilingual, body, line
from hanmadang.kernel.i18n import lazy
from hanmadang.polls.domain.margins import MarginDraft, UnusableMarginsError
from hanmadang.polls.profiles import LEVELS, WEIGHABLE, Attribute
from hanmadang.polls.texts_profile import LEVELS as NAMES

_COLUMNS = 3
Figures = dict[str, dict[str, float]]


def number(text: str) -> float | None:
    """A count or share as typed, thousands set apart or not; None for anything else."""
    bare = text.strip().replace(",", "").replace(" ", "").removesuffix("%")
    try:
        value = float(bare) if bare and bare.replace(".", "", 1).isdecimal() else None
    except ValueError:
        return None
    return value


def pasted(text: str) -> Figures:
    """`attribute,level,figure` in each line, with commas or tabs. Raises ValueError, the line."""
    delimiter = "\t" if "\t" in text else ","
    found: Figures = {}
    for row in csv.reader(io.StringIO(text), delimiter=delimiter):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0] == "attribute":
            continue
        value = number(cells[2]) if len(cells) == _COLUMNS else None
        if value is None or cells[0] not in set(WEIGHABLE) or not _is_level(*cells[:2]):
            raise ValueError(",".join(row)[:60])
        found.setdefault(cells[0], {})[cells[1]] = value
    return found


def _is_level(attribute: str, level: str) -> bool:
    return level in LEVELS[Attribute(attribute)].said


def _is_number(_form: Any, field: Any) -> None:
    if field.data and number(field.data) is None:
        raise ValidationError(str(lazy("Please give a number.")))


def _is_csv(_form: Any, field: Any) -> None:
    try:
        pasted(field.data or "")
    except ValueError as error:
        message = lazy("This line cannot be read: %(line)s", line=str(error))
        raise ValidationError(str(message)) from error


class MarginForm(HouseForm):
    """One set of population figures."""

    name_ko = line(lazy("Name in Korean"), most=120)
    name_en = line(lazy("Name in English"), most=120)
    source_ko = line(lazy("Source in Korean"), most=300)
    source_en = line(lazy("Source in English"), most=300)
    table = body(
        lazy("Pasted table"),
        most=4000,
        description=lazy(
            "Instead of the fields below, one line for each group: attribute, group, figure. For "
            "example: sex,female,4812345"
        ),
        validators=[_is_csv],
        render_kw={"rows": 6},
    )

    def groups(self) -> list[tuple[Attribute, list[Any]]]:
        """The fields of each attribute."""
        return [
            (attribute, [self[_name(attribute, level)] for level in LEVELS[attribute].said])
            for attribute in WEIGHABLE
        ]

    def draft(self, institution_id: int | None) -> MarginDraft:
        """The set as the domain takes it; a pasted table replaces the fields of its attributes."""
        typed: Figures = {
            attribute.value: {
                level: value
                for level in LEVELS[attribute].said
                if (value := number(self[_name(attribute, level)].data or "")) is not None
            }
            for attribute in WEIGHABLE
        }
        figures = {**typed, **pasted(self.table.data or "")}
        return MarginDraft(
            bilingual(self, "name"), bilingual(self, "source"), figures, institution_id
        )

    def show_fault(self, error: UnusableMarginsError) -> None:
        """Put the domain's words where they belong."""
        if error.attribute is None:
            self.form_errors.append(str(error.text))
            return
        field = self[_name(error.attribute, LEVELS[error.attribute].said[0])]
        field.errors = [*field.errors, str(error.text)]


def _name(attribute: Attribute, level: str) -> str:
    return f"{attribute.value}_{level}"


_FIGURES = {
    _name(attribute, level): line(NAMES[level], most=16, validators=[_is_number])
    for attribute in WEIGHABLE
    for level in LEVELS[attribute].said
}
FilledMarginForm: type[MarginForm] = type("FilledMarginForm", (MarginForm,), _FIGURES)
