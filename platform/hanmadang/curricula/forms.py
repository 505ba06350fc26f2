"""The room's forms."""

from collections.abc import Iterable
from typing import cast

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than its stubs
    BooleanField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
    validators,
)
from wtforms.widgets import CheckboxInput, ListWidget, NumberInput

from hanmadang.curricula.brought import FEWEST_MINUTES, MOST_MINUTES
from hanmadang.curricula.models import LinkRole
from hanmadang.curricula.texts import ROLES
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import current_locale, lazy


class OfferForm(HouseForm):
    """The form "use this for my path": a consent, and the signed evidence it is about."""

    payload = HiddenField()
    consent = BooleanField()

    consented = False
    """Whether the consent was given earlier and stands; set before validation."""

    def validate_consent(self, field: BooleanField) -> None:
        """The box is the consent; nothing else counts as one."""
        if not (field.data or self.consented):
            raise ValidationError(
                str(lazy("Please agree first, if you want your answers to shape your path."))
            )


class Minutes(IntegerField):
    """A whole number; what is none is told so by the range, in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; the typed text stays in the field."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


class WishForm(HouseForm):
    """Minutes a week and interests."""

    minutes = Minutes(
        cast("str", lazy("Minutes a week")),
        validators=[
            validators.NumberRange(
                FEWEST_MINUTES,
                MOST_MINUTES,
                message=cast("str", lazy("Please choose between 10 and 600 minutes.")),
            ),
        ],
        widget=NumberInput(step=5, min=FEWEST_MINUTES, max=MOST_MINUTES),
    )
    topics = SelectMultipleField(
        cast("str", lazy("What interests you")),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class LinkForm(HouseForm):
    """Tie a module to an event."""

    event = SelectField(cast("str", lazy("Event")), coerce=int)
    module = SelectField(cast("str", lazy("Module")), coerce=int)
    role = SelectField(
        cast("str", lazy("When to take it")),
        choices=[SelectChoice(role.value, cast("str", label)) for role, label in ROLES.items()],
    )

    def chosen_role(self) -> LinkRole:
        """The role that was chosen."""
        return LinkRole(self.role.data)


def named(pairs: Iterable[tuple[object, Bilingual]]) -> list[SelectChoice]:
    """Choices in the page's language from (value, bilingual name) pairs."""
    return [SelectChoice(value, name.shown(current_locale()).text) for value, name in pairs]


class SuggestionForm(HouseForm):
    """One press on a suggestion: what to make of it."""

    reply = HiddenField()


class DeclineForm(SuggestionForm):
    """The same with a reason, which the public reads."""

    reason = TextAreaField(
        cast("str", lazy("Why not? The reason is public.")),
        validators=[validators.Length(max=1000)],
    )
