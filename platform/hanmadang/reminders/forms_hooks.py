"""Registering a webhook."""

from typing import Any, cast

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.widgets import CheckboxInput, ListWidget

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.forms import HouseForm, line, required
from hanmadang.kernel.i18n import lazy
from hanmadang.reminders import posting
from hanmadang.reminders.domain import hooks


class _Boxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class HookForm(HouseForm):
    """An address and the events it shall hear of."""

    url = line(
        lazy("Address"), most=posting.LONGEST, validators=[required()],
        description=lazy("Begins with https://. It must be reachable from the Internet."),
        render_kw={"type": "url", "spellcheck": "false", "autocapitalize": "none"},
    )  # fmt: skip
    kinds = _Boxes(
        cast("str", lazy("What we tell it")),
        validators=[required(lazy("Please choose at least one event."))],
    )

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.kinds.choices = [SelectChoice(kind, words) for kind, words in hooks.kinds().items()]

    def blame(self, error: DomainError) -> None:
        """Show the domain's words beside the address."""
        self.url.errors = [*self.url.errors, str(error.text)]
