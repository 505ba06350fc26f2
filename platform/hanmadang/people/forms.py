"""The forms of the room. Passwords never become part of a request's stored hash."""

import unicodedata
from collections.abc import Iterable
from typing import Any, cast

from wtforms import BooleanField, Field, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.validators import Optional, ValidationError

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.forms import HouseForm, at_most, line, required
from hanmadang.kernel.i18n import LazyText, current_locale, lazy
from hanmadang.kernel.text import UnusableTextError, clean
from hanmadang.people import logins, passwords
from hanmadang.people.consents import CURRENT
from hanmadang.people.domain.accounts import LONGEST_NAME
from hanmadang.people.models import ConsentKind
from hanmadang.people.texts import LANGUAGE_NAMES, zone_names

_CODE_LENGTH = 40


def _whole(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        clean(value)
    except UnusableTextError as error:
        message = lazy("This text holds a character that cannot be stored.")
        raise ValueError(str(message)) from error
    return unicodedata.normalize("NFC", value)


class PeopleForm(HouseForm):
    """A form that may hold passwords."""

    def hash_fields(self) -> list[tuple[str, str]]:
        """The fields without passwords: a fast hash of one could be searched."""
        secret = {field.name for field in self if isinstance(field, PasswordField)}
        return [pair for pair in super().hash_fields() if pair[0] not in secret]

    def text(self, name: str) -> str:
        """What was typed into a field; empty when nothing was."""
        return str(self[name].data or "")

    def blame(self, name: str, error: DomainError) -> None:
        """Show the domain's words beside a field."""
        field = self[name]
        field.errors = [*field.errors, str(error.text)]


class BareForm(PeopleForm):
    """Only a button."""


def password_field(label: LazyText) -> Any:
    """A password as typed, in NFC; never sent back to the page."""
    return PasswordField(
        cast("str", label), validators=[required(), at_most(passwords.LONGEST)], filters=[_whole]
    )


def email_field(label: LazyText) -> Any:
    """An address, sent back to the page as it was typed."""
    keys = {"type": "email", "spellcheck": "false", "autocapitalize": "none"}
    return line(label, most=logins.LONGEST, validators=[required()], render_kw=keys)


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Choices from (value, label)."""
    return [SelectChoice(value, str(label)) for value, label in pairs]


def choice_field(label: LazyText, **options: Any) -> Any:
    """One of a list."""
    return SelectField(cast("str", label), **options)


def ticked(message: LazyText) -> Any:
    """The box must be ticked by the person."""

    def check(_form: Any, field: Field) -> None:
        if not field.data:
            raise ValidationError(str(message))

    check.field_flags = {"required": True}  # type: ignore[attr-defined]  # WTForms reads it
    return check


def usable_address(_form: Any, field: Field) -> None:
    """Raises ValidationError unless mail could reach the address."""
    try:
        logins.parse(field.data or "")
    except DomainError as error:
        raise ValidationError(str(error.text)) from error


# Fields stand in the order of their pages: error summaries follow it.


class AddressFields:
    """The address of a new account."""

    email = email_field(lazy("E-mail address"))
    validate_email = staticmethod(usable_address)


class ChildAddressFields:
    """The address a child signs in with."""

    email = email_field(lazy("E-mail address for signing in"))
    validate_email = staticmethod(usable_address)


class ProfileFields:
    """What to call a person, and in which language."""

    name = line(lazy("What we call you"), most=LONGEST_NAME, validators=[required()])
    locale = choice_field(lazy("Language of our mails"), choices=choices(LANGUAGE_NAMES))


class PresentPassword:
    """The password the account has now."""

    present = password_field(lazy("Present password"))


class NewPassword:
    """A field for a new password, with its rules."""

    new_password = password_field(lazy("New password"))

    def validate_new_password(self, field: Field) -> None:
        """Raises ValidationError for a weak one."""
        typed = [getattr(getattr(self, name, None), "data", None) for name in ("email", "name")]
        try:
            passwords.check_strength(field.data or "", *filter(None, typed))
        except DomainError as error:
            raise ValidationError(str(error.text)) from error


class ConsentFields:
    """One box for each consent, none ticked beforehand."""

    consent_terms = BooleanField(validators=[ticked(lazy("Please read and accept the terms."))])
    consent_privacy = BooleanField(
        validators=[ticked(lazy("Without this consent an account cannot be made."))]
    )
    consent_reminders = BooleanField(validators=[Optional()])
    consent_path = BooleanField(validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, text in CURRENT.items():
            agree = text.agree.shown(current_locale()).text
            getattr(self, f"consent_{kind.value}").label.text = agree

    def consents(self) -> frozenset[ConsentKind]:
        """The kinds whose boxes are ticked."""
        return frozenset(kind for kind in CURRENT if getattr(self, f"consent_{kind.value}").data)


class SignInForm(PeopleForm):
    """Address and password."""

    email = email_field(lazy("E-mail address"))
    password = password_field(lazy("Password"))


class SignUpForm(AddressFields, ProfileFields, NewPassword, ConsentFields, PeopleForm):
    """Everything an account needs, and nothing else."""


class ChildForm(ChildAddressFields, ProfileFields, NewPassword, ConsentFields, PeopleForm):
    """What a guardian fills in for a child."""


class GuardianForm(PeopleForm):
    """The only two things a child is asked."""

    guardian_name = line(lazy("Your guardian’s name"), most=LONGEST_NAME, validators=[required()])
    guardian_email = email_field(lazy("Your guardian’s e-mail address"))
    validate_guardian_email = staticmethod(usable_address)


class ForgotForm(PeopleForm):
    """Whose password is to be set anew."""

    email = email_field(lazy("E-mail address"))


class ResetForm(NewPassword, PeopleForm):
    """The new password."""


class PasswordForm(PresentPassword, NewPassword, PeopleForm):
    """The present password and a new one."""


class ProfileForm(ProfileFields, PeopleForm):
    """Name, language, zone."""

    zone = choice_field(lazy("Time zone"))

    def offer_zones(self, current: str) -> None:
        """Let the person choose among the common zones and the present one."""
        self.zone.choices = choices((name, name.replace("_", " ")) for name in zone_names(current))


class CodeForm(PeopleForm):
    """A code of the second factor, or a recovery code."""

    code = line(lazy("Six-digit code"), most=_CODE_LENGTH, validators=[required()])


class EraseForm(PeopleForm):
    """The password once more, before the end."""

    password = password_field(lazy("Password"))


class GrantForm(PeopleForm):
    """A role, and the institution it is held for."""

    role = choice_field(lazy("Role"))
    institution = choice_field(lazy("Institution"))
