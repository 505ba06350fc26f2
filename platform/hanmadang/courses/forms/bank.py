"""The form that puts the questions of a file into the bank."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField

from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import lazy

_competency: Any = lazy("What its questions ask for")


class BankForm(HouseForm):
    """What the questions ask for that do not say it themselves."""

    competency = SelectField(_competency, choices=[])

    def offer(self, competencies: Iterable[tuple[str, str]]) -> None:
        """Fill the list, in the language of the page."""
        self.competency.choices = [("", str(lazy("Please choose"))), *competencies]
