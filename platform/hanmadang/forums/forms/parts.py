"""What the room's forms share: choices that speak our words, and a place for the domain's."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from wtforms import DateTimeLocalField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from hanmadang.events.domain import InvalidFieldError
from hanmadang.kernel.forms import HouseForm, required
from hanmadang.kernel.i18n import LazyText, lazy

FILL_IN = lazy("Please fill this in.")
CHOOSE = lazy("Please choose one.")


class BlamingForm(HouseForm):
    """A form on which a domain error can be shown beside its field."""

    def blame(self, error: InvalidFieldError) -> None:
        """Show the error beside the field it is about."""
        self.reproach(error.field, error.text)

    def reproach(self, name: str, text: LazyText) -> None:
        """Show `text` beside a field."""
        self[name].errors = [*self[name].errors, str(text)]


class Checks(SelectMultipleField):
    """Several choices as checkboxes; values that were never offered are left out."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    @property
    def picked(self) -> tuple[str, ...]:
        """What was ticked, once each, of what was offered."""
        offered = {value for value, *_rest in self.iter_choices()}
        return tuple(value for value in dict.fromkeys(self.data or ()) if value in offered)


class WallClock(DateTimeLocalField):
    """A date and time as written on the wall, in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError in our words; the typed text stays in the field."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(lazy("Write date and time as 2026-11-30 19:30."))) from error


def radio(label: LazyText, **options: Any) -> RadioField:
    """One of several; the form checks the choice, because drafts may leave it open."""
    return RadioField(cast("str", label), choices=[], validate_choice=False, **options)


def select(label: LazyText, **options: Any) -> SelectField:
    """A long list to choose from; the domain checks the choice."""
    return SelectField(cast("str", label), choices=[], validate_choice=False, **options)


def checks(label: LazyText) -> Checks:
    """Several choices; the form fills them in."""
    return Checks(cast("str", label), choices=[], validate_choice=False)


def wall_clock(label: LazyText) -> WallClock:
    """A date and time that must be given, to the minute."""
    return WallClock(cast("str", label), validators=[required()], render_kw={"step": "60"})


def written(field: WallClock) -> datetime:
    """The wall clock of a field that was found to be filled in."""
    if field.data is None:
        raise InvalidFieldError(field.short_name, FILL_IN)
    return field.data


def number(value: Any) -> int:
    """A whole number, 0 for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004


def labelled(labels: Mapping[str, LazyText], values: Iterable[str]) -> list[tuple[str, str]]:
    """Choices with their labels, in the order of `labels`."""
    wanted = set(values)
    return [(value, str(label)) for value, label in labels.items() if value in wanted]


def needed_to_submit(form: Any, field: Any) -> None:
    """Must be filled in when the form is submitted, may be empty in a draft."""
    if form.submitting and not field.data:
        raise StopValidation(str(CHOOSE if isinstance(field, RadioField) else FILL_IN))


needed_to_submit.field_flags = {"required": True}  # type: ignore[attr-defined]  # WTForms reads it
