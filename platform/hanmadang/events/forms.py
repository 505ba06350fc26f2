"""The organizer's form: every kind of event on one page, so that it works without script."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    BooleanField,
    DateField,
    DateTimeLocalField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    TimeField,
    validators,
)
from wtforms.widgets import CheckboxInput, ListWidget

from hanmadang.events import texts
from hanmadang.events.domain import EventFields, InvalidFieldError
from hanmadang.events.models import ClosedHoliday, Event, EventKind, MondayRule
from hanmadang.events.openings import Hours
from hanmadang.kernel import i18n
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.forms import HouseForm, bilingual, body, line
from hanmadang.kernel.i18n import current_locale, zone_label

lazy: Callable[..., Any] = i18n.lazy  # WTForms' stubs know labels only as `str`
TEXTS = ("title", "summary", "description", "venue", "address", "audience", "fee")
HOURS_ROWS = 3
_OPTIONAL = [validators.Optional()]
_STEP = {"step": "60"}


def _choices(labels: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """Choices from (value, label); a label may still wait for its language."""
    return [SelectChoice(str(value), cast("str", label)) for value, label in labels]


def _parsed(kind: type[Any], message: object) -> type[Any]:
    """`kind` with our words for what it cannot read; the typed text stays in the field."""

    class Parsed(kind):  # type: ignore[misc]  # the base is given at run time
        def process_formdata(self, valuelist: list[str]) -> None:
            try:
                super().process_formdata(valuelist)
            except ValueError as error:
                raise ValueError(str(message)) from error

    return Parsed


_Moment = _parsed(DateTimeLocalField, lazy("Write date and time as 2026-11-30 19:30."))
_Day = _parsed(DateField, lazy("Write the day as 2026-11-30."))
_Time = _parsed(TimeField, lazy("Write the time as 19:30."))
_Number = _parsed(IntegerField, lazy("Write a whole number."))


class _Checks(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class HoursForm(Form):
    """One row of opening hours; an empty row is left out."""

    days = _Checks(lazy("Days"), choices=_choices(enumerate(texts.WEEKDAYS)))
    opens = _Time(lazy("Opens"), validators=_OPTIONAL, render_kw=_STEP)
    closes = _Time(lazy("Closes"), validators=_OPTIONAL, render_kw=_STEP)
    last_entry = _Time(lazy("Last entry"), validators=_OPTIONAL, render_kw=_STEP)

    def hours(self) -> Hours | None:
        """The row's hours, or None for an empty row. Raises InvalidFieldError on half a row."""
        opens, closes = self.opens.data, self.closes.data
        if not (self.days.data or opens or closes):
            return None
        if not (self.days.data and opens and closes):
            raise InvalidFieldError(
                "hours", lazy("Give days, opening and closing time in each row.")
            )
        if closes <= opens:
            raise InvalidFieldError("hours", lazy("Closing must come after opening."))
        return Hours(frozenset(map(int, self.days.data)), opens, closes, self.last_entry.data)


class EventForm(HouseForm):
    """Everything about an event; what does not belong to the chosen kind is ignored."""

    version = HiddenField(default="0")
    institution = SelectField(lazy("Organizing institution"), coerce=int, choices=[])
    kind = RadioField(lazy("Kind"), choices=_choices(texts.KINDS.items()), default="concert")
    title_ko = line(lazy("Title in Korean"), most=120)
    title_en = line(lazy("Title in English"), most=120)
    summary_ko = body(lazy("Summary in Korean"), most=400)
    summary_en = body(lazy("Summary in English"), most=400)
    description_ko = body(lazy("Description in Korean"))
    description_en = body(lazy("Description in English"))
    venue_ko = line(lazy("Venue in Korean"), most=120)
    venue_en = line(lazy("Venue in English"), most=120)
    address_ko = line(lazy("Address in Korean"))
    address_en = line(lazy("Address in English"))
    audience_ko = line(lazy("Audience in Korean"), most=120)
    audience_en = line(lazy("Audience in English"), most=120)
    fee_ko = line(lazy("Fee in Korean"), most=80)
    fee_en = line(lazy("Fee in English"), most=80)
    phone = line(lazy("Phone for enquiries"), most=30)
    wheelchair = BooleanField(lazy("Accessible by wheelchair"))
    sign_language = BooleanField(lazy("Sign language interpretation"))
    languages = _Checks(lazy("Languages spoken"), choices=_choices(texts.LANGUAGES.items()))
    topics = _Checks(lazy("Topics"))
    zone = SelectField(lazy("Time zone of the place"))
    starts = _Moment(lazy("Starts"), validators=_OPTIONAL, render_kw=_STEP)
    ends = _Moment(lazy("Ends"), validators=_OPTIONAL, render_kw=_STEP)
    first_day = _Day(lazy("First day"), validators=_OPTIONAL)
    last_day = _Day(lazy("Last day"), validators=_OPTIONAL)
    hours_1 = FormField(HoursForm, lazy("Opening hours, first row"))
    hours_2 = FormField(HoursForm, lazy("Opening hours, second row"))
    hours_3 = FormField(HoursForm, lazy("Opening hours, third row"))
    closed_holidays = _Checks(lazy("Closed on"), choices=_choices(texts.HOLIDAYS.items()))
    monday_rule = RadioField(
        lazy("Mondays"),
        choices=_choices(texts.MONDAYS.items()),
        default=MondayRule.AS_LISTED.value,
    )
    capacity = _Number(lazy("Seats"), validators=_OPTIONAL, render_kw={"min": "1"})
    registration_opens = _Moment(lazy("Booking opens"), validators=_OPTIONAL, render_kw=_STEP)
    registration_closes = _Moment(lazy("Booking closes"), validators=_OPTIONAL, render_kw=_STEP)

    def offer(
        self, institutions: Iterable[tuple[int, Bilingual]], topics: Iterable[tuple[str, Bilingual]]
    ) -> "EventForm":
        """Fill in the choices that come from the database or depend on the language."""
        language = current_locale()
        self.institution.choices = _choices(
            (key, name.shown(language)) for key, name in institutions
        )
        self.topics.choices = _choices((code, name.shown(language)) for code, name in topics)
        self.zone.choices = _choices(
            (name, f"{zone_label(name, language)} ({name})") for name in texts.ZONES
        )
        return self

    def of_existing(self) -> "EventForm":
        """The form of a stored event: it stays with the institution that made it."""
        del self.institution
        return self

    def fill(self, event: Event) -> "EventForm":
        """Show an event's stored facts."""
        for name in TEXTS:
            for language in LANGUAGES:
                self[f"{name}_{language}"].data = getattr(event, name).get(language)
        for name in ("phone", "wheelchair", "sign_language", "zone", "kind", "monday_rule",
                     "first_day", "last_day"):  # fmt: skip
            self[name].data = getattr(event, name)
        for name in ("starts", "ends", "registration_opens", "registration_closes"):
            self[name].data = getattr(event, f"{name}_local")
        self.version.data = str(event.version)
        self.languages.data = list(event.languages)
        self.closed_holidays.data = list(event.closed_holidays)
        self.topics.data = [topic.topic_code for topic in event.topics]
        self.capacity.data = event.slot.capacity if event.slot else None
        self._fill_hours(event)
        return self

    def _fill_hours(self, event: Event) -> None:
        rows = zip(self.hours_rows(), event.opening_rules, strict=False)
        for row, rule in rows:
            hours = Hours.stored(rule.weekdays, rule.opens, rule.closes, rule.last_entry)
            row.days.data = [str(day) for day in sorted(hours.weekdays)]
            row.opens.data, row.closes.data = hours.opens, hours.closes
            row.last_entry.data = hours.last_entry

    def hours_rows(self) -> list[HoursForm]:
        """The rows of opening hours."""
        return [getattr(self, f"hours_{n}").form for n in range(1, HOURS_ROWS + 1)]

    def fields(self, before: Event | None = None) -> EventFields:
        """What was typed, as the domain takes it; keeps the history of each translation.

        Raises InvalidFieldError.
        """
        return EventFields(
            **{name: bilingual(self, name, getattr(before, name, None)) for name in TEXTS},
            kind=EventKind(self.kind.data),
            phone=self.phone.data or "",
            wheelchair=bool(self.wheelchair.data),
            sign_language=bool(self.sign_language.data),
            languages=tuple(self.languages.data or ()),
            topics=tuple(self.topics.data or ()),
            zone=self.zone.data,
            starts=self._moment(self.starts.data),
            ends=self._moment(self.ends.data),
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            hours=tuple(found for row in self.hours_rows() if (found := row.hours())),
            closed_holidays=tuple(ClosedHoliday(name) for name in self.closed_holidays.data or ()),
            monday_rule=MondayRule(self.monday_rule.data),
            registration_opens=self._moment(self.registration_opens.data),
            registration_closes=self._moment(self.registration_closes.data),
            capacity=self.capacity.data,
        )

    def blame(self, error: InvalidFieldError) -> None:
        """Show a domain error beside the field it is about."""
        field = self.hours_1.form.opens if error.field == "hours" else self[error.field]
        field.errors = [*field.errors, str(error.text)]

    def _moment(self, local: datetime | None) -> Moment | None:
        return Moment.at(local, self.zone.data) if local else None
