"""Writing what came of a poll, and asking to be told."""

from typing import Any, cast

from sqlalchemy.orm import Session
from wtforms import DateField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind

from hanmadang.kernel import clock, pointers
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.forms import HouseForm, bilingual, body, line, required
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.people.forms import email_field, usable_address
from hanmadang.polls.domain.outcomes import OutcomeDraft
from hanmadang.polls.models_outcomes import OutcomeState
from hanmadang.polls.queries.outcomes import OutcomePage
from hanmadang.polls.texts_outcomes import STATES

_LONGEST = 2_000
_DAY = lazy("Write the day as 2026-11-30.")


class _Day(DateField):
    """A day; what cannot be read is said in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with our words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(_DAY)) from error


def _day(label: LazyText) -> _Day:
    return _Day(cast("str", label), validators=[required()])


def _states() -> list[SelectChoice]:
    return [SelectChoice(state.value, words) for state, words in STATES.items()]


class OutcomeForm(HouseForm):
    """One entry, in both languages."""

    seen = HiddenField()
    """The version that the organizer read."""
    day = _day(lazy("Date"))
    state = RadioField(
        cast("str", lazy("How far is it?")), choices=_states(),
        default=OutcomeState.DECIDED.value, validators=[required()],
    )  # fmt: skip
    text_ko = body(
        lazy("What came of it (Korean)"), most=_LONGEST, render_kw={"rows": 4},
        validators=[required()],
    )  # fmt: skip
    text_en = body(
        lazy("What came of it (English)"), most=_LONGEST, render_kw={"rows": 4},
        validators=[required()],
    )  # fmt: skip
    reason_ko = body(
        lazy("Reason, if it is not followed (Korean)"), most=_LONGEST, render_kw={"rows": 2}
    )
    reason_en = body(
        lazy("Reason, if it is not followed (English)"), most=_LONGEST, render_kw={"rows": 2}
    )
    link = line(
        lazy("Page of this house that it led to"), most=500,
        description=lazy("The address of a course, an event or a forum; leave it empty for none."),
    )  # fmt: skip

    def draft(self, session: Session, before: OutcomePage | None = None) -> OutcomeDraft | None:
        """What was written; None, with a word beside the field, when the link leads nowhere."""
        pointer = pointers.find(session, self.link.data) if self.link.data else None
        if self.link.data and pointer is None:
            self.link.errors = [
                str(lazy("This is not the public page of a course, an event or a forum here."))
            ]
            return None
        return OutcomeDraft(
            OutcomeState(str(self.state.data)),
            cast("Any", self.day.data),
            bilingual(self, "text", before.text if before else None),
            bilingual(self, "reason", before.reason if before else None),
            pointer,
        )

    def say(self, error: DomainError) -> None:
        """Show why it could not stand."""
        self.form_errors.append(str(error.text))


def outcome_form(before: OutcomePage | None) -> OutcomeForm:
    """The form, filled with what stands there; a new one is of today."""
    if before is None:
        return OutcomeForm(data={"day": clock.today(settings().zone)})
    texts = {
        f"{name}_{language}": getattr(before, name).get(language)
        for name in ("text", "reason")
        for language in LANGUAGES
    }
    link = pointers.path_in(LANGUAGES[0], before.link) if before.link else ""
    return OutcomeForm(
        data={"day": before.day, "state": before.state.value, "seen": str(before.version),
              "link": link, **texts}
    )  # fmt: skip


class OutlookForm(HouseForm):
    """By when something will be written."""

    day = _day(lazy("We write here by"))


class FollowForm(HouseForm):
    """An address to write to."""

    email = email_field(lazy("E-mail address"))
    validate_email = staticmethod(usable_address)
