"""What organizers and reviewers fill in."""

import re
from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField
from wtforms.validators import Optional

from hanmadang.events.domain import InvalidFieldError
from hanmadang.events.texts import ZONES
from hanmadang.forums import texts
from hanmadang.forums.domain.calls import CallFields
from hanmadang.forums.domain.reviews import SCORES
from hanmadang.forums.domain.talks import TalkFields
from hanmadang.forums.forms.parts import (
    BlamingForm,
    checks,
    labelled,
    number,
    radio,
    select,
    wall_clock,
    written,
)
from hanmadang.forums.models import Format
from hanmadang.forums.queries.forums import CallView
from hanmadang.forums.queries.talks import ProgrammeTalk
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.forms import bilingual, body, line, required
from hanmadang.kernel.i18n import current_locale, lazy, zone_label


class CallForm(BlamingForm):
    """A call for speakers."""

    version = HiddenField(default="0")
    event = select(lazy("Forum"), coerce=number)
    text_ko = body(lazy("Text in Korean"))
    text_en = body(lazy("Text in English"))
    formats = checks(lazy("Formats"))
    minutes = line(lazy("Lengths in minutes"), most=60, validators=[required()])
    languages = checks(lazy("Languages of proposals"))
    zone = select(lazy("Time zone of the deadline"))
    opens = wall_clock(lazy("Opening of the call"))
    closes = wall_clock(lazy("Deadline"))

    def offer(self, forums: Iterable[tuple[int, str]]) -> "CallForm":
        """Fill in the choices."""
        self.event.choices = list(forums)
        self.formats.choices = [(key, str(text)) for key, text in texts.FORMATS.items()]
        self.languages.choices = labelled(texts.LANGUAGES, LANGUAGES)
        locale = current_locale()
        self.zone.choices = [(name, f"{zone_label(name, locale)} ({name})") for name in ZONES]
        return self

    def fill(self, call: CallView) -> None:
        """Show a stored call."""
        for language in LANGUAGES:
            self[f"text_{language}"].data = call.text.get(language)
        self.formats.data, self.languages.data = list(call.formats), list(call.languages)
        self.minutes.data = ", ".join(map(str, call.minutes))
        self.zone.data = call.zone
        self.opens.data, self.closes.data = call.opens.local, call.closes.local
        self.version.data = str(call.version)

    def fields(self, before: Bilingual | None = None) -> CallFields:
        """What was typed, as the domain takes it. Raises InvalidFieldError."""
        if self.zone.data not in ZONES:
            raise InvalidFieldError("zone", lazy("Choose your time zone."))
        return CallFields(
            text=bilingual(self, "text", before),
            formats=tuple(Format(value) for value in self.formats.picked),
            minutes=_minutes(self.minutes.data or ""),
            languages=self.languages.picked,
            opens=Moment.at(written(self.opens), self.zone.data),
            closes=Moment.at(written(self.closes), self.zone.data),
        )


def _minutes(text: str) -> tuple[int, ...]:
    """``15, 30`` as numbers; anything unreadable becomes 0, which the domain refuses."""
    return tuple(number(part) for part in re.split(r"[\s,;·、]+", text.strip(" ,;")))


class TalkForm(BlamingForm):
    """A talk on the programme."""

    proposal = select(lazy("Accepted proposal"), coerce=number)
    title_ko = line(lazy("Title in Korean"), most=150)
    title_en = line(lazy("Title in English"), most=150)
    label_ko = line(lazy("Speaker in Korean"), most=120)
    label_en = line(lazy("Speaker in English"), most=120)
    starts = wall_clock(lazy("Starts"))
    minutes = line(lazy("Minutes"), most=4, validators=[required()])
    room = line(lazy("Room"), most=80, validators=[Optional()])

    def offer(self, waiting: Iterable[tuple[int, str]]) -> "TalkForm":
        """Fill in the proposals that still need a place."""
        self.proposal.choices = [(0, str(lazy("None: an invited talk"))), *waiting]
        return self

    def fill(self, talk: ProgrammeTalk) -> None:
        """Show a stored talk."""
        for language in LANGUAGES:
            self[f"title_{language}"].data = talk.title.get(language)
            self[f"label_{language}"].data = talk.speaker.get(language)
        self.starts.data, self.room.data = talk.starts.local, talk.room
        self.minutes.data = str(talk.minutes)

    def fields(self, before: Bilingual | None = None) -> TalkFields:
        """What was typed, as the domain takes it. Raises InvalidFieldError."""
        return TalkFields(
            title=bilingual(self, "title", before),
            speaker_label=bilingual(self, "label"),
            starts=written(self.starts),
            minutes=number(self.minutes.data),
            room=self.room.data or "",
            proposal_id=self.proposal.data or None,
        )


class ReviewForm(BlamingForm):
    """A reviewer's word."""

    score = radio(lazy("How well does it fit this forum?"), coerce=number, validators=[required()])
    comment = body(lazy("Comment for the organizers"), most=2_000)

    def offer(self) -> Any:
        """Fill in the points with their words."""
        self.score.choices = [(points, f"{points} – {_WORDS[points]}") for points in SCORES]
        return self


_WORDS = {
    1: lazy("does not fit"),
    2: lazy("rather not"),
    3: lazy("possible"),
    4: lazy("good"),
    5: lazy("we should have this"),
}
