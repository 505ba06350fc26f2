"""More time or more attempts for one person."""

from collections.abc import Callable
from typing import Any, Self

from wtforms import IntegerField, SelectField, validators

from hanmadang.courses.domain.allowances import More
from hanmadang.courses.forms.runs import choices
from hanmadang.courses.queries.allowances import PersonRow
from hanmadang.kernel import i18n
from hanmadang.kernel.forms import HouseForm, line, required
from hanmadang.kernel.i18n import _
from hanmadang.people import logins

lazy: Callable[..., Any] = i18n.lazy  # WTForms' stubs know labels only as `str`
TIMES = (1.0, 1.25, 1.5, 2.0, 3.0)
_MOST = 20


def time_label(factor: float) -> str:
    """How much time that is, in percent more."""
    if factor == 1:
        return _("As everybody")
    return _("%(n)s %% more", n=f"{100 * (factor - 1):g}")


class AllowanceForm(HouseForm):
    """What one person gets beyond the policy."""

    factor = SelectField(lazy("Time"), coerce=float, default="1.0")
    extra = IntegerField(
        lazy("More attempts"), default=0, render_kw={"min": "0", "max": str(_MOST)},
        validators=[validators.InputRequired(), validators.NumberRange(0, _MOST)],
    )  # fmt: skip
    reason = line(lazy("Reason"), most=200, validators=[required()])

    def of(self, who: PersonRow) -> Self:
        """With the times that can be chosen, and what the person has now."""
        return self.with_times(*(() if who.factor is None else (who.factor,)))

    def with_times(self, *more: float) -> Self:
        """With the usual times to choose from, and these."""
        times = sorted({*TIMES, *more})
        self.factor.choices = choices((each, time_label(each)) for each in times)
        return self

    def fill(self, who: PersonRow) -> Self:
        """Begin with what the person has now."""
        if who.factor is not None:
            self.factor.data, self.extra.data = who.factor, who.extra_attempts
            self.reason.data = who.reason
        return self

    def is_more(self) -> bool:
        """Whether it is more than everybody has; else it is said beside the field."""
        if self.factor.data > 1 or self.extra.data:
            return True
        self.factor.errors = [_("Choose more time or more attempts.")]
        return False

    def more(self) -> More:
        """What was chosen, as the domain takes it."""
        return More(self.factor.data, self.extra.data or 0, self.reason.data or "")


class CourseAllowanceForm(AllowanceForm):
    """The same for somebody whom nobody teaches, named by the address they sign in with."""

    address = line(
        lazy("E-mail address of the learner"), most=logins.LONGEST, validators=[required()]
    )

    def key(self) -> str:
        """The address as it is compared; empty for what is none."""
        try:
            return logins.parse(self.address.data or "").key
        except logins.UnusableEmailError:
            return ""
