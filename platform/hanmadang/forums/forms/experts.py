"""What experts fill in: who they are, what they propose."""

from typing import Any

from wtforms import HiddenField

from hanmadang.forums import texts, zones
from hanmadang.forums.domain.experts import ProfileFields
from hanmadang.forums.domain.proposals import ProposalFields
from hanmadang.forums.forms.parts import (
    BlamingForm,
    checks,
    labelled,
    needed_to_submit,
    number,
    radio,
    select,
)
from hanmadang.forums.models import Attendance, ExpertProfile
from hanmadang.forums.queries.forums import CallView
from hanmadang.forums.queries.proposals import OwnProposal
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.forms import body, line, required
from hanmadang.kernel.i18n import country_names, current_locale, lazy

PROFILE = (
    "name", "affiliation", "country", "zone", "languages", "bio", "bio_language", "attendance",
)  # fmt: skip
_REGIONS = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_FIRST = ("KR", "KP")


class ProfileForm(BlamingForm):
    """What is printed about a speaker, and where they are."""

    submitting = True

    name = line(lazy("Name, as it should be printed"), most=80, validators=[required()])
    affiliation = line(lazy("Affiliation"), most=120)
    country = select(lazy("Country or region"), validators=[required()])
    zone = select(lazy("Your time zone"), validators=[required()])
    attendance = radio(lazy("How would you take part?"), default=Attendance.IN_PERSON.value)
    languages = checks(lazy("Languages you speak"))
    bio = body(lazy("About you, in two or three sentences"), most=600)
    bio_language = radio(lazy("Language of these sentences"))

    def offer(self) -> Any:
        """Fill in the choices that depend on the language of the page."""
        language = current_locale()
        names = [pair for pair in country_names(language) if pair[0] not in _REGIONS]
        names.sort(key=lambda pair: pair[0] not in _FIRST)
        self.country.choices = [("", "–"), *names]
        self.zone.choices = zones.choices(language)
        self.attendance.choices = [(key, str(text)) for key, text in texts.ATTENDANCE.items()]
        self.languages.choices = [(key, str(text)) for key, text in texts.LANGUAGES.items()]
        self.bio_language.choices = labelled(texts.LANGUAGES, LANGUAGES)
        return self

    def introduce(self, profile: ExpertProfile | None, name: str, zone: str) -> None:
        """Fill in what we know: the profile, or what the account says."""
        if profile is None:
            self.name.data, self.zone.data = name, zone
            self.bio_language.data = current_locale()
            self.languages.data = [current_locale()]
            return
        for field in PROFILE:
            self[field].data = getattr(profile, field)

    def profile(self) -> ProfileFields:
        """What was typed, as the domain takes it. Raises InvalidFieldError."""
        known = {kind.value for kind in Attendance}
        kind = self.attendance.data if self.attendance.data in known else Attendance.EITHER
        spoken = self.bio_language.data
        return ProfileFields(
            name=self.name.data or "",
            affiliation=self.affiliation.data or "",
            country=self.country.data or "",
            zone=self.zone.data or "",
            attendance=Attendance(kind),
            languages=self.languages.picked,
            bio=self.bio.data or "",
            bio_language=spoken if spoken in LANGUAGES else LANGUAGES[0],
        )


def _take_the_only(field: Any) -> None:
    """Where there is one choice, nobody has to make it."""
    if len(field.choices) == 1 and not field.data:
        field.data = field.choices[0][0]


class ProposalForm(ProfileForm):
    """The whole of registering to speak on one page: the person, then the proposal."""

    version = HiddenField(default="0")
    language = radio(lazy("Language of your proposal"), validators=[required()])
    title = line(lazy("Title"), most=150, validators=[needed_to_submit])
    abstract = body(lazy("What you propose"), most=4_000, validators=[needed_to_submit])
    format = radio(lazy("Format"), validators=[needed_to_submit])
    minutes = radio(lazy("Length"), coerce=number, validators=[needed_to_submit])
    notes = body(lazy("Notes to the organizers"), most=2_000)

    def offer_for(self, call: CallView, *, submitting: bool) -> "ProposalForm":
        """Fill in the call's choices, and choose where there is only one."""
        self.offer()
        self.submitting = submitting
        self.language.choices = labelled(texts.LANGUAGES, call.languages)
        self.format.choices = labelled(texts.FORMATS, call.formats)
        self.minutes.choices = [(count, texts.minutes(count)) for count in call.minutes]
        for field in (self.language, self.format, self.minutes):
            _take_the_only(field)
        return self

    def begin(self, call: CallView) -> None:
        """A new proposal: in the language of the page where the call takes it."""
        if current_locale() in call.languages:
            self.language.data = current_locale()

    def fill(self, proposal: OwnProposal) -> None:
        """Show a stored proposal."""
        for name in ("language", "title", "abstract", "format", "minutes", "notes"):
            self[name].data = getattr(proposal, name)
        self.version.data = str(proposal.version)

    def proposal(self) -> ProposalFields:
        """What was typed, as the domain takes it."""
        return ProposalFields(
            language=self.language.data or "",
            title=self.title.data or "",
            abstract=self.abstract.data or "",
            format=self.format.data or "",
            minutes=self.minutes.data or 0,
            notes=self.notes.data or "",
        )
