"""The form of a cohort's curriculum."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import DateField, SelectField, validators
from wtforms.widgets import NumberInput

from hanmadang.curricula.domain.cohorts import InvalidCurriculumError, Wishes
from hanmadang.curricula.forms import Minutes, named
from hanmadang.curricula.models import CohortCurriculum
from hanmadang.curricula.models.cohorts import FEWEST_GROUP_MINUTES, MOST_GROUP_MINUTES
from hanmadang.kernel import i18n
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.forms import HouseForm

lazy: Callable[..., Any] = i18n.lazy  # WTForms' stubs know labels only as `str`
_NO_POLL = Bilingual.of(ko="설문 없이", en="No poll")


class _Day(DateField):
    """A day, with our words for what cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the typed text beside the error; nothing typed is no day."""
        if not any(valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(lazy("Write the day as 2026-11-30."))) from error


class CurriculumForm(HouseForm):
    """Minutes, last day and poll."""

    minutes = Minutes(
        lazy("Minutes in all"),
        validators=[
            validators.NumberRange(
                FEWEST_GROUP_MINUTES,
                MOST_GROUP_MINUTES,
                message=lazy("Please choose between 30 and 3,000 minutes."),
            )
        ],
        widget=NumberInput(step=10, min=FEWEST_GROUP_MINUTES, max=MOST_GROUP_MINUTES),
    )
    finish_by = _Day(lazy("To be finished by"), validators=[validators.Optional()])
    poll = SelectField(lazy("The group’s poll"), coerce=int)

    def offer(self, polls: Iterable[tuple[int, Bilingual]]) -> "CurriculumForm":
        """Fill in the polls."""
        self.poll.choices = named([(0, _NO_POLL), *polls])
        return self

    def fill(self, held: CohortCurriculum) -> "CurriculumForm":
        """Show what is stored."""
        self.minutes.data, self.finish_by.data = held.minutes, held.finish_by
        self.poll.data = held.poll_id or 0
        return self

    def wishes(self) -> Wishes:
        """What was typed, as the domain takes it."""
        return Wishes(int(self.minutes.data or 0), self.finish_by.data, self.poll.data or None)

    def blame(self, error: InvalidCurriculumError) -> None:
        """Show a domain error beside the field it is about."""
        self[error.field].errors = [*self[error.field].errors, str(error.text)]
