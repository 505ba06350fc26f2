"""Forms about runs and cohorts: the learner's and the desk's."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    TextAreaField,
    validators,
)

from hanmadang.courses import texts_runs as texts
from hanmadang.courses.domain.cohorts import CohortFields, InvalidCohortError
from hanmadang.courses.domain.messages import MessageDraft
from hanmadang.courses.domain.runs import InvalidRunError, RunFields
from hanmadang.courses.models import Cohort, CohortKind, CourseRun
from hanmadang.courses.queries.learners import Where
from hanmadang.kernel import i18n
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.forms import HouseForm, bilingual, body, line, required
from hanmadang.kernel.i18n import current_locale, zone_label
from hanmadang.people.texts import COMMON_ZONES

lazy: Callable[..., Any] = i18n.lazy  # WTForms' stubs know labels only as `str`
_STEP = {"step": "60"}
_MOMENTS = ("opens", "closes", "starts", "ends")
_LANGUAGES = (("ko", lazy("Korean")), ("en", lazy("English")))
_LONGEST_LIST = 20_000


def choices(labels: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """Choices from (value, label); a label may still wait for its language."""
    return [SelectChoice(str(value), cast("str", label)) for value, label in labels]


class _Moment(DateTimeLocalField):
    """Date and time, with our words for what cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the typed text beside the error; nothing typed is nothing, and no wrong date."""
        if not any(valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(lazy("Write date and time as 2026-11-30 19:30."))) from error


class _Number(IntegerField):
    """A whole number, with our words for what cannot be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the typed text beside the error."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(lazy("Write a whole number."))) from error


def _moment(label: Any) -> Any:
    return _Moment(label, validators=[required()], render_kw=_STEP)


class RunForm(HouseForm):
    """A run: its name, dates and seats."""

    version = HiddenField(default="0")
    course = SelectField(lazy("Course"), coerce=int, choices=[])
    institution = SelectField(lazy("Institution that holds it"), coerce=int, choices=[])
    title_ko = line(lazy("Name in Korean"), most=80, validators=[required()])
    title_en = line(lazy("Name in English"), most=80, validators=[required()])
    zone = SelectField(lazy("Time zone"))
    opens = _moment(lazy("Enrolment opens"))
    closes = _moment(lazy("Enrolment closes"))
    starts = _moment(lazy("Starts"))
    ends = _moment(lazy("Ends"))
    seats = _Number(
        lazy("Seats in all"), validators=[validators.Optional()], render_kw={"min": "1"}
    )
    language = RadioField(
        lazy("Language people talk in"), choices=choices(texts.RUN_LANGUAGES.items()), default=""
    )

    def offer(
        self,
        courses: Iterable[tuple[int, Bilingual]],
        institutions: Iterable[tuple[int, Bilingual]],
    ) -> "RunForm":
        """Fill in the choices that come from the database or depend on the language."""
        language = current_locale()
        self.course.choices = choices((id_, title.shown(language)) for id_, title in courses)
        self.institution.choices = choices(
            (id_, name.shown(language)) for id_, name in institutions
        )
        return self.offer_zones()

    def offer_zones(self) -> "RunForm":
        """Fill in the zones."""
        language = current_locale()
        self.zone.choices = choices(
            (name, f"{zone_label(name, language)} ({name})") for name in COMMON_ZONES
        )
        return self

    def of_existing(self) -> "RunForm":
        """The form of a stored run: course and institution stay."""
        del self.course, self.institution
        return self.offer_zones()

    def fill(self, run: CourseRun) -> "RunForm":
        """Show a stored run."""
        for language in LANGUAGES:
            self[f"title_{language}"].data = run.title.get(language)
        for name in _MOMENTS:
            self[name].data = getattr(run, f"{name}_local")
        self.zone.data, self.seats.data, self.language.data = run.zone, run.seats, run.language
        self.version.data = str(run.version)
        return self

    def fields(self, before: CourseRun | None = None) -> RunFields:
        """What was typed, as the domain takes it."""
        opens, closes, starts, ends = (self._at(self[name].data) for name in _MOMENTS)
        title = bilingual(self, "title", before.title if before else None)
        language = self.language.data or ""
        return RunFields(title, opens, closes, starts, ends, self.seats.data, language)

    def _at(self, local: datetime) -> Moment:
        return Moment.at(local, self.zone.data)

    def blame(self, error: InvalidRunError) -> None:
        """Show a domain error beside the field it is about."""
        self[error.field].errors = [*self[error.field].errors, str(error.text)]


class CohortForm(HouseForm):
    """A cohort."""

    course = SelectField(lazy("Course"), coerce=int, choices=[])
    institution = SelectField(lazy("Institution that holds it"), coerce=int, choices=[])
    run = SelectField(lazy("Run"), coerce=int, choices=[], default=0)
    kind = RadioField(
        lazy("Who it is for"), choices=choices(texts.KINDS.items()),
        default=CohortKind.SCHOOL.value,
    )  # fmt: skip
    name_ko = line(lazy("Name in Korean"), most=80)
    name_en = line(lazy("Name in English"), most=80)
    language = RadioField(lazy("First language"), choices=choices(_LANGUAGES), default="ko")
    label_ko = line(lazy("On certificates, in Korean"), most=80)
    label_en = line(lazy("On certificates, in English"), most=80)

    def offer(
        self,
        courses: Iterable[tuple[int, Bilingual]],
        institutions: Iterable[tuple[int, Bilingual]],
        runs: Iterable[tuple[int, str]],
    ) -> "CohortForm":
        """Fill in the choices that come from the database."""
        language = current_locale()
        self.course.choices = choices((id_, title.shown(language)) for id_, title in courses)
        self.institution.choices = choices(
            (id_, name.shown(language)) for id_, name in institutions
        )
        self.run.choices = choices([(0, lazy("At its own pace")), *runs])
        return self

    def of_existing(self) -> "CohortForm":
        """The form of a stored cohort: course, institution and run stay."""
        del self.course, self.institution, self.run
        return self

    def fill(self, cohort: Cohort) -> "CohortForm":
        """Show a stored cohort."""
        for language in LANGUAGES:
            self[f"name_{language}"].data = cohort.name.get(language)
            self[f"label_{language}"].data = cohort.label.get(language)
        self.kind.data, self.language.data = cohort.kind, cohort.language
        return self

    def fields(self, before: Cohort | None = None) -> CohortFields:
        """What was typed, as the domain takes it."""
        return CohortFields(
            kind=CohortKind(self.kind.data),
            name=bilingual(self, "name", before.name if before else None),
            language=self.language.data,
            label=bilingual(self, "label", before.label if before else None),
            run_id=(self.run.data or None) if "run" in self else None,
        )

    def blame(self, error: InvalidCohortError) -> None:
        """Show a domain error beside the field it is about."""
        self[error.field].errors = [*self[error.field].errors, str(error.text)]


class InviteForm(HouseForm):
    """Addresses to which the invitation code is mailed."""

    addresses = TextAreaField(
        lazy("E-mail addresses, one on each line"), validators=[required()],
        render_kw={"rows": "6", "maxlength": str(_LONGEST_LIST)},
    )  # fmt: skip

    def lines(self) -> list[str]:
        """The addresses as typed."""
        text = (self.addresses.data or "")[:_LONGEST_LIST].replace(",", "\n").replace(";", "\n")
        return [each.strip() for each in text.splitlines() if each.strip()]


class InstructorForm(HouseForm):
    """Somebody who shall teach a cohort."""

    address = line(lazy("E-mail address of the instructor"), most=320, validators=[required()])


class AgreeForm(HouseForm):
    """Agreeing that others see one's learning."""

    agree = BooleanField()

    def worded(self, words: Bilingual) -> "AgreeForm":
        """With the words of the text that is agreed to."""
        self.agree.label.text = words.shown(current_locale()).text
        return self


class JoinForm(AgreeForm):
    """An invitation code, then the agreement."""

    code = line(lazy("Invitation code"), most=24, validators=[required()])


class MessageForm(HouseForm):
    """A message to learners, in both languages."""

    where = SelectField(lazy("To whom"), choices=choices(texts.WHERE.items()), default="all")
    subject_ko = line(lazy("Subject in Korean"), most=120)
    subject_en = line(lazy("Subject in English"), most=120)
    body_ko = body(lazy("Text in Korean"), most=4000)
    body_en = body(lazy("Text in English"), most=4000)

    def fill(self, subject: Bilingual, text: Bilingual) -> "MessageForm":
        """Begin with a message that somebody wrote before."""
        for language in LANGUAGES:
            self[f"subject_{language}"].data = subject.get(language)
            self[f"body_{language}"].data = text.get(language)
        return self

    def draft(self, only: Iterable[int] = ()) -> MessageDraft:
        """What was typed, as the domain takes it."""
        return MessageDraft(
            bilingual(self, "subject"), bilingual(self, "body"), Where(self.where.data),
            tuple(only),
        )  # fmt: skip
