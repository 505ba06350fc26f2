"""Suggesting a statement; and at the desk, accepting one."""

from typing import Any

from wtforms import BooleanField

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.forms import HouseForm, body, line, required
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.text import one_line
from hanmadang.polls.queries.statements import Suggested
from hanmadang.polls.rules_statements import LONGEST_STATEMENT

_ABOUT: Any = lazy("About the person")


def _tidy(value: Any) -> Any:
    """One line, so that the count is of what is kept; unusable text is refused by the form."""
    try:
        return one_line(value) if isinstance(value, str) else value
    except ValueError:
        return value


class SuggestForm(HouseForm):
    """One statement."""

    text = body(
        lazy("Your statement"), most=LONGEST_STATEMENT, filters=[_tidy],
        description=lazy(
            "One thought of at most 140 characters that others can agree or disagree with. Please "
            "name no people."
        ),
        validators=[required(lazy("Please write your statement."))],
        render_kw={"rows": 3},
    )  # fmt: skip

    def say(self, error: DomainError) -> None:
        """Show why the statement was not taken, and let the next sending be a new one."""
        self.form_errors.append(str(error.text))
        self.idempotency_key.data = new_key()


class AcceptForm(HouseForm):
    """A suggested statement as it will be asked."""

    label_ko = line(lazy("Statement in Korean"), most=LONGEST_STATEMENT)
    label_en = line(lazy("Statement in English"), most=LONGEST_STATEMENT)
    about_person = BooleanField(_ABOUT)

    def label(self, source: str) -> Bilingual:
        """Both languages; the original is the source."""
        texts = {"ko": str(self.label_ko.data or ""), "en": str(self.label_en.data or "")}
        return Bilingual.of(source=source, **texts)

    def say(self, error: DomainError) -> None:
        """Show why nothing was done."""
        self.form_errors.append(str(error.text))


def accept_form(suggested: Suggested) -> AcceptForm:
    """The form with the original in its language."""
    return AcceptForm(data={f"label_{suggested.language}": suggested.text})
