"""What somebody types to be let in, and what staff type from paper."""

from collections.abc import Mapping
from typing import Any

from wtforms import IntegerField
from wtforms.validators import ValidationError

from hanmadang.kernel.forms import HouseForm, line, required
from hanmadang.kernel.i18n import lazy
from hanmadang.people.logins import LONGEST
from hanmadang.polls.domain.codes import MOST_AT_ONCE
from hanmadang.polls.models import Assurance


class EntryForm(HouseForm):
    """One field, whatever it is called."""

    def typed(self) -> str:
        """What was typed."""
        return str(self["held"].data or "")


class HallForm(EntryForm):
    """The digits on the hall's screen."""

    held = line(lazy("Digits on the screen"), most=24, validators=[required()])


class CodeForm(EntryForm):
    """A one-time code."""

    held = line(lazy("Your code"), most=24, validators=[required()])


class MailForm(EntryForm):
    """An address."""

    held = line(
        lazy("E-mail address"),
        most=LONGEST,
        validators=[required()],
        render_kw={"type": "email", "autocomplete": "email"},
    )


FORMS: Mapping[Assurance, type[EntryForm]] = {
    Assurance.ROOM: HallForm,
    Assurance.EMAIL: MailForm,
    Assurance.CODES: CodeForm,
}


def _number(_form: Any, field: Any) -> None:
    if field.data is None or not 1 <= field.data <= MOST_AT_ONCE:
        raise ValidationError(str(lazy("Please give a number from 1 to %(n)s.", n=MOST_AT_ONCE)))


class CodesForm(HouseForm):
    """How many codes to make."""

    number = IntegerField(
        lazy("How many codes"),  # type: ignore[arg-type]  # translated when shown
        validators=[_number],
        default=50,
        render_kw={"inputmode": "numeric"},
    )
