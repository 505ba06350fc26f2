"""The base of every form: our token against forgery, an idempotency key, clean text, our words.

Forms parse and phrase; the domain validates again.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast

from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Field, HiddenField, StringField, TextAreaField, validators
from wtforms import i18n as wtforms_i18n
from wtforms.csrf.core import CSRF
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, RadioInput
from wtforms.widgets.core import clean_key  # type: ignore[attr-defined]  # stubs lag behind

from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.device import form_token, token_is_ours
from hanmadang.kernel.i18n import LazyText, current_locale, lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import blank, leaves_blanks
from hanmadang.kernel.text import UnusableTextError, clean, one_line

KEY_SHORTEST, KEY_LENGTH = 8, 64


class DeviceCSRF(CSRF):
    """WTForms' hook for our device-bound token."""

    def setup_form(self, form: BaseForm) -> Any:
        """Nothing to prepare: the token follows from the device."""
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: Any) -> str:  # noqa: ARG002
        """This device's token."""
        return form_token()

    def validate_csrf_token(self, form: BaseForm, field: Any) -> None:  # noqa: ARG002
        """Raises ValidationError when the token is not this device's."""
        if not token_is_ours(field.data or ""):
            raise ValidationError(str(EXPIRED))


EXPIRED = lazy("This page was open for too long. Your text is kept; please send it again.")
UNUSABLE = lazy("This text holds a character that cannot be stored.")


def attributes(**values: Any) -> Markup:
    """What WTForms' `html_params` writes, at a quarter of its price: a page has many options."""
    parts = []
    for name, value in sorted(values.items()):
        if value is True:
            parts.append(clean_key(name))
        elif value is not False:
            text = str(escape(value)).replace('"', "&quot;")
            parts.append(f'{clean_key(name)}="{text}"')
    return Markup(" ".join(parts))  # noqa: S704 (values escaped)


class _Chosen:
    """An option; on a shared page, whether it is ticked is left blank under its id."""

    html_params = staticmethod(attributes)

    def __call__(self, field: Any, **values: Any) -> Markup:
        drawn: Markup = super().__call__(field, **values)  # type: ignore[misc]
        if not leaves_blanks():
            return drawn
        start = Markup("<input ")
        return start + blank(field.id) + drawn.removeprefix(start)


TICKED = "checked "
"""What goes into that blank."""


class TickInput(_Chosen, CheckboxInput):
    """One of several options."""


class DotInput(_Chosen, RadioInput):
    """One option of which one holds."""


def key_field(key: str = "") -> Markup:
    """The hidden input of `HouseForm.idempotency_key`, with a fresh key unless one is given."""
    return _KEY_FIELD.format(key or new_key())


_KEY_FIELD = Markup('<input id="idempotency_key" name="idempotency_key" type="hidden" value="{}">')


class HouseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form of ours. `idempotency_key` makes a double click one effect."""

    class Meta:
        """Our token instead of Flask-WTF's session-bound one; our words, not WTForms'."""

        csrf = True
        csrf_class = DeviceCSRF
        csrf_field_name = "csrf_token"
        locales = False

        def get_translations(self, form: BaseForm) -> Any:  # noqa: ARG002  (WTForms' hook)
            """WTForms' own messages; Flask-WTF would read its catalogue anew for each form."""
            return _messages(current_locale())

    idempotency_key = HiddenField(
        default=new_key, validators=[validators.Length(min=KEY_SHORTEST, max=KEY_LENGTH)]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field's own checks, and no text anywhere that a database cannot keep."""
        sound = bool(super().validate(extra_validators))
        for field in self:
            if not field.errors and _is_unusable(field.data):
                field.errors = [str(UNUSABLE)]
                sound = False
        return sound

    def sent(self) -> bool:
        """Whether the form was sent and every field is right."""
        return bool(self.validate_on_submit())

    def hash_fields(self) -> list[tuple[str, str]]:
        """What identifies the request for idempotency: all fields but token and key."""
        skipped = {"csrf_token", "idempotency_key"}
        return sorted((f.name, str(f.data)) for f in self if f.name not in skipped)


def _is_unusable(data: Any) -> bool:
    texts = data if isinstance(data, list) else [data]
    try:
        for text in texts:
            if isinstance(text, str):
                clean(text)
    except UnusableTextError:
        return True
    return False


@lru_cache
def _messages(language: str) -> Any:
    return wtforms_i18n.get_translations([language])


def required(message: LazyText | None = None) -> Callable[[Any, Field], None]:
    """The field must hold something; raises StopValidation with the message."""

    def check(_form: Any, field: Field) -> None:
        data = field.data
        if data is None or (isinstance(data, str) and not data.strip()) or data == []:
            raise StopValidation(str(message or lazy("Please fill this in.")))

    check.field_flags = {"required": True}  # type: ignore[attr-defined]  # WTForms reads it
    return check


def at_most(length: int) -> Callable[[Any, Field], None]:
    """No more than `length` characters."""

    def check(_form: Any, field: Field) -> None:
        if field.data and len(field.data) > length:
            raise ValidationError(str(lazy("Please use at most %(n)s characters.", n=length)))

    return check


def _cleaned(tidy: Callable[[str], str]) -> Callable[[Any], Any]:
    def apply(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return tidy(value)
        except UnusableTextError as error:
            raise ValueError(str(UNUSABLE)) from error

    return apply


def line(label: LazyText, *, most: int = 200, **options: Any) -> StringField:
    """One line of text."""
    return cast("StringField", _text(StringField, one_line, label, most, options))


def body(label: LazyText, *, most: int = 10_000, **options: Any) -> TextAreaField:
    """Several lines of text (Markdown where the page says so)."""
    return cast("TextAreaField", _text(TextAreaField, clean, label, most, options))


def _text(kind: Any, tidy: Callable[[str], str], label: LazyText, most: int, options: Any) -> Any:
    checks: Sequence[Any] = [*options.pop("validators", []), at_most(most)]
    if not any(getattr(check, "field_flags", {}).get("required") for check in checks):
        checks = [validators.Optional(), *checks]
    filters = [_cleaned(tidy), *options.pop("filters", [])]
    keywords = {"maxlength": most, **options.pop("render_kw", {})}
    return kind(label, validators=checks, filters=filters, render_kw=keywords, **options)


def bilingual(form: Any, name: str, before: Bilingual | None = None) -> Bilingual:
    """The pair of fields ``<name>_ko`` and ``<name>_en`` as one text, keeping its history."""
    texts = {language: getattr(form, f"{name}_{language}").data or "" for language in LANGUAGES}
    if before is None:
        return Bilingual.of(**texts)
    after = before
    for language in (before.source, *(key for key in LANGUAGES if key != before.source)):
        after = after.with_text(language, texts[language])
    return after
