"""When a poll opens and closes by itself."""

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, HiddenField, SelectField
from wtforms.validators import Optional

from hanmadang.kernel.clock import Moment
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import current_locale, lazy, zone_label
from hanmadang.polls.domain.schedule import Hours

ZONES = (
    "Asia/Seoul", "Asia/Tokyo", "Asia/Shanghai", "Asia/Ulaanbaatar", "Asia/Ho_Chi_Minh",
    "Asia/Tashkent", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles",
)  # fmt: skip
"""Where the city and its partner cities ask."""


class MomentField(DateTimeLocalField):
    """Date and time with our words for what it cannot read; the typed text stays."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As the base, in our words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            message = str(lazy("Write date and time as 2026-11-30 19:30."))
            raise ValueError(message) from error


_STEP = {"step": "60"}
_LABELS: Any = {
    "opens": lazy("Opens at"), "closes": lazy("Closes at"), "zone": lazy("Time zone"),
}  # fmt: skip


class HoursForm(HouseForm):
    """Opening and closing; either may stay empty and is then done by hand."""

    opens = MomentField(_LABELS["opens"], validators=[Optional()], render_kw=_STEP)
    closes = MomentField(_LABELS["closes"], validators=[Optional()], render_kw=_STEP)
    zone = SelectField(_LABELS["zone"])
    seen = HiddenField()

    def hours(self) -> Hours:
        """As the domain takes it."""
        return Hours(self._moment(self.opens.data), self._moment(self.closes.data))

    def _moment(self, local: datetime | None) -> Moment | None:
        return Moment.at(local, self.zone.data) if local else None


def hours_form(hours: Hours) -> HoursForm:
    """The form, filled with what is set; typed data wins."""
    known = next((each.zone for each in (hours.opens, hours.closes) if each), settings().zone)
    form = HoursForm(
        data={
            "opens": hours.opens.local if hours.opens else None,
            "closes": hours.closes.local if hours.closes else None,
            "zone": known,
            "seen": hours.mark,
        }
    )
    language = current_locale()
    names = dict.fromkeys((*ZONES, known))
    form.zone.choices = [(name, f"{zone_label(name, language)} ({name})") for name in names]
    return form
