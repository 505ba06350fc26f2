"""Telling a little about oneself; and at the desk: what a poll asks for."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import current_locale, lazy
from hanmadang.polls.models_profile import FirstRelease, MarginSet
from hanmadang.polls.profiles import LEVELS, Attribute, Profile, attributes_of
from hanmadang.polls.queries.profiles import AskPage
from hanmadang.polls.texts_profile import ATTRIBUTES, DISTRICTS, FIRST, PREFER_NOT
from hanmadang.polls.texts_profile import LEVELS as NAMES


def _words(text: Any) -> Any:
    return text


def _consented(form: Any, field: Any) -> None:
    if form.told() and not field.data and not form.remove.data:
        message = lazy("Please tick this box if we may keep it, or choose “prefer not to say”.")
        raise ValidationError(str(message))


class ProfileForm(HouseForm):
    """What one device tells; each attribute optional, the consent unticked."""

    consent = BooleanField(
        _words(lazy("I agree that this is kept with my answers to this poll")),
        validators=[_consented],
    )
    remove = HiddenField()
    """Set by the button that takes everything back."""

    def fields_of(self) -> list[Any]:
        """The fields of the attributes, in their order."""
        return [self[each.value] for each in Attribute if each.value in self]

    def told(self) -> dict[Attribute, str]:
        """The levels chosen."""
        return {Attribute(each.name): each.data for each in self.fields_of() if each.data}


def profile_form(attributes: Iterable[Attribute], told: Profile) -> ProfileForm:
    """The form of a poll that asks for these, filled with what was told before."""
    before = {attribute.value: level for attribute, level in told.items()}
    return _form_class(tuple(attributes))(data=before)


@lru_cache(maxsize=32)
def _form_class(attributes: tuple[Attribute, ...]) -> type[ProfileForm]:
    fields = {attribute.value: _select(attribute) for attribute in attributes}
    return type("PollProfileForm", (ProfileForm,), fields)


def _select(attribute: Attribute) -> SelectField:
    said = [(level, DISTRICTS.get(level, NAMES[level])) for level in LEVELS[attribute].said]
    choices = [SelectChoice(code, text) for code, text in [("", PREFER_NOT[attribute]), *said]]
    return SelectField(_words(ATTRIBUTES[attribute]), choices=choices, default="")


class AskForm(HouseForm):
    """What a poll asks for, when its tables come, and what its totals are weighted to."""

    attributes = SelectMultipleField(
        _words(lazy("People may tell")),
        choices=[SelectChoice(key.value, text) for key, text in ATTRIBUTES.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_words(
            lazy(
                "Each as a coarse group, each optional, on a page of its own after the answers. "
                "Ask for no more than you will use."
            )
        ),
    )
    first = SelectField(
        _words(lazy("First tables")),
        choices=[SelectChoice(key.value, text) for key, text in FIRST.items()],
        default=FirstRelease.CLOSE.value,
        description=_words(
            lazy(
                "Bands and hidden figures of the first tables stay until the end, so early tables "
                "remain coarse. Sex and age are crossed from 1,000 answers on, the living zone too "
                "from 3,000."
            )
        ),
    )
    margins = SelectField(
        _words(lazy("Weight the totals to")),
        validate_choice=False,
        description=_words(
            lazy("Public figures of the population, from the page “Population figures”.")
        ),
    )

    def wanted(self) -> tuple[Attribute, ...]:
        """The attributes ticked."""
        return attributes_of(self.attributes.data or ())

    def first_release(self) -> FirstRelease:
        """When the first tables come."""
        return FirstRelease(self.first.data)

    def margin_set_id(self) -> int | None:
        """The set chosen, if it was offered."""
        offered = {value for value, *_rest in self.margins.iter_choices()}
        chosen = str(self.margins.data or "")
        return int(chosen) if chosen and chosen in offered else None


def ask_form(ask: AskPage, sets: Iterable[MarginSet]) -> AskForm:
    """The form as the settings are now."""
    form = AskForm(
        data={
            "attributes": [each.value for each in ask.attributes],
            "first": ask.first.value,
            "margins": str(ask.margin_set_id or ""),
        }
    )
    language = current_locale()
    named = [SelectChoice(str(each.id), each.name.shown(language).text) for each in sets]
    form.margins.choices = [SelectChoice("", str(lazy("Nothing: unweighted"))), *named]
    return form
