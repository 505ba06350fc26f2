"""Asking a question; and at the desk: settings and merging."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.forms import HouseForm, body, line, required
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.text import one_line
from hanmadang.polls.domain.audience_sitting import SittingSettings
from hanmadang.polls.models_audience import Naming, Review, SittingState
from hanmadang.polls.queries.audience import Ask, SittingPage
from hanmadang.polls.rules_audience import LONGEST, LONGEST_NAME
from hanmadang.polls.texts_audience import NAMINGS, REVIEWS, SITTINGS

_HELP = lazy("One question of at most 280 characters. Please leave out other people’s names.")


def _tidy(value: Any) -> Any:
    """One line, so that the count is of what is kept; unusable text is refused by the form."""
    try:
        return one_line(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _question() -> Any:
    return body(
        lazy("Your question"), most=LONGEST, description=_HELP, filters=[_tidy],
        validators=[required(lazy("Please write your question."))],
        render_kw={"rows": 4},
    )  # fmt: skip


class AskForm(HouseForm):
    """One question; a name if one likes."""

    text = _question()
    name = line(
        lazy("Name to show"), most=LONGEST_NAME,
        description=lazy("Leave it empty to ask anonymously."),
    )  # fmt: skip

    def say(self, error: DomainError) -> None:
        """Show why the question was not taken, and let the next sending be a new one."""
        self.form_errors.append(str(error.text))
        self.idempotency_key.data = new_key()


class NamedAskForm(AskForm):
    """One question with a name."""

    name = line(
        lazy("Name to show"), most=LONGEST_NAME,
        description=lazy("The speakers wish to know who asks. Everybody will see it."),
        validators=[required(lazy("Please give a name; the speakers wish to know it."))],
    )  # fmt: skip


def ask_form(sitting: SittingPage) -> AskForm:
    """The form that the sitting's settings ask for."""
    return NamedAskForm() if sitting.needs_name else AskForm()


def _radio(label: LazyText, words: Mapping[Any, LazyText], **options: Any) -> RadioField:
    shown: Any = label  # WTForms' types do not know that a label may be translated when shown
    choices = [SelectChoice(key.value, text) for key, text in words.items()]
    return RadioField(shown, choices=choices, validate_choice=False, **options)


def _chosen(kind: type[StrEnum], field: RadioField) -> Any:
    known = {each.value for each in kind}
    return kind(str(field.data if field.data in known else field.default))


class SettingsForm(HouseForm):
    """How a poll takes questions."""

    state = _radio(lazy("Audience questions"), SITTINGS, default=SittingState.OFF.value)
    naming = _radio(lazy("People ask"), NAMINGS, default=Naming.FREE.value)
    review = _radio(lazy("Questions are shown"), REVIEWS, default=Review.BEFORE.value)
    forum = line(
        lazy("Forum at which people ask"),
        description=lazy(
            "The address of its page. The forum’s page then leads to the questions, and back."
        ),
    )
    seen = HiddenField()

    def wanted(self) -> SittingSettings:
        """The settings as the domain takes them."""
        return SittingSettings(
            _chosen(SittingState, self.state),
            _chosen(Naming, self.naming),
            _chosen(Review, self.review),
            self.forum_slug() or None,
        )

    def forum_slug(self) -> str:
        """The last part of the address that was pasted or typed."""
        address = str(self.forum.data or "").strip()
        try:
            path = urlsplit(address).path
        except ValueError:  # such as http://[: no forum has this for its slug
            return address
        return path.rstrip("/").rpartition("/")[2]

    def show_unknown_forum(self) -> None:
        """Say that no forum is at that address."""
        message = lazy("There is no public forum at this address. Please copy it from its page.")
        self.forum.errors = [*self.forum.errors, str(message)]


def settings_form(sitting: SittingPage | None) -> SettingsForm:
    """The form as the settings are now."""
    if sitting is None:
        return SettingsForm()
    return SettingsForm(
        data={
            "state": sitting.state.value,
            "naming": sitting.naming.value,
            "review": sitting.review.value,
            "forum": sitting.event_slug,
            "seen": sitting.mark,
        }
    )


class MergeForm(HouseForm):
    """Which question stands for this one."""

    into = RadioField("", coerce=str, validate_choice=True)
    seen = HiddenField()


def merge_form(question: Ask, targets: Iterable[Ask]) -> MergeForm:
    """The form with everything that asks the same, perhaps."""
    form = MergeForm(data={"seen": question.state.value})
    form.into.label.text = str(lazy("It asks the same as"))
    form.into.choices = [SelectChoice(str(each.id), _named(each)) for each in targets]
    return form


def _named(ask: Ask) -> Markup:
    """A question as an option, in its own language."""
    return Markup('{}. <span lang="{}">{}</span>').format(ask.number, ask.language, ask.text)
