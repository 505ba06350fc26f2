"""The room's forms."""

from collections.abc import Iterable, Mapping
from typing import cast

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than its stubs
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    TextAreaField,
    ValidationError,
    validators,
)
from wtforms.widgets import RangeInput

from hanmadang.curricula.models import Choice, LinkRole
from hanmadang.curricula.texts import ROLES
from hanmadang.curricula.wishes import FEWEST_MINUTES, LENGTHS, MOST_LEVEL, MOST_MINUTES, Wishes
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import _, _n, current_locale, lazy


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
    """What a person wishes of their path; the interests stand beside it, one slider a topic."""

    minutes = Minutes(
        cast("str", lazy("Minutes a week")),
        validators=[
            validators.NumberRange(
                FEWEST_MINUTES,
                MOST_MINUTES,
                message=cast("str", lazy("Please choose between 10 and 600 minutes.")),
            ),
        ],
        widget=RangeInput(step=5),
    )
    longest = SelectField(cast("str", lazy("How long one lesson may be")), coerce=int, default=0)
    deadline = DateField(
        cast("str", lazy("Finish by")),
        validators=[validators.Optional()],
    )
    captions = BooleanField(cast("str", lazy("Only lessons I can follow without hearing")))

    def show(self, wishes: Wishes) -> None:
        """Fill in what stands."""
        self.minutes.data, self.longest.data = wishes.minutes, wishes.longest or 0
        self.deadline.data, self.captions.data = wishes.deadline, wishes.captions

    def offer_lengths(self) -> None:
        """The choices of a lesson's length, in the page's language."""
        lengths = (SelectChoice(n, _n("%(n)s minute", "%(n)s minutes", n)) for n in LENGTHS)
        self.longest.choices = [SelectChoice(0, _("Any length")), *lengths]

    def wishes(self, fields: Mapping[str, str], topics: Iterable[str]) -> Wishes:
        """What was sent."""
        return Wishes(
            int(self.minutes.data or 0),
            levels_in(fields, topics),
            self.deadline.data,
            captions=bool(self.captions.data),
            longest=self.longest.data or None,
        )


def levels_in(fields: Mapping[str, str], topics: Iterable[str]) -> dict[str, int]:
    """The interests that were sent, by topic; 0 is none."""
    sent = {code: fields.get(f"level-{code}", "") for code in topics}
    known = {str(n): n for n in range(1, MOST_LEVEL + 1)}
    return {code: known[level] for code, level in sent.items() if level in known}


def choice_in(value: str) -> Choice | None:
    """What is decided about a lesson; nothing for what is not among the choices of a button."""
    return Choice(value) if value in (Choice.PINNED, Choice.SKIPPED) else None


def length_in(value: str) -> int | None:
    """The most minutes of one lesson; None for any length."""
    return next((n for n in LENGTHS if str(n) == value), None)


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
