"""The form of a whole poll, in two languages side by side; works without scripts.

"Add a question", "add an option" and "remove" are submit buttons that give the form back with
everything typed so far. Empty options and questions are left out when it is saved.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.validators import ValidationError

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.forms import HouseForm, bilingual, body, line
from hanmadang.kernel.i18n import LazyText, current_locale, lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import competencies, topics
from hanmadang.people.models import Institution
from hanmadang.polls.domain import OptionDraft, PollDraft, QuestionDraft, UnusableDraftError
from hanmadang.polls.items import ITEM_NAMES
from hanmadang.polls.models import (
    TYPED,
    Assurance,
    Mode,
    QuestionKind,
    QuestionType,
    ResultsShown,
)
from hanmadang.polls.ranges import Range, parsed
from hanmadang.polls.rules import may_choose_institution
from hanmadang.polls.scales import Scale
from hanmadang.polls.shapes import PLAIN, Settings
from hanmadang.polls.texts import KINDS, LEVELS, MODES, SCALES, SHOWN, TYPES
from hanmadang.polls.words import MOST_WORDS

FIRST_OPTIONS = 4
MOST_OPTIONS = 12
MOST_STATEMENTS = 60
"""An author writes; moderators accept more while the poll runs."""
MORE_STATEMENTS = 5
"""Added by one press of the button."""
MOST_QUESTIONS = 12
_MOST_DIGITS = 3
"""Of a place that a button names."""
_NUMBERS = [(str(n), str(n)) for n in range(1, MOST_OPTIONS + 1)]
_ITEMS = [("", lazy("No other survey")), *ITEM_NAMES.items()]
_POINTS = [(str(n), str(n)) for n in (3, 5, 7, 10, 12, 20, 50, 100)]


def _enum(label: LazyText, words: Mapping[Any, LazyText], **options: Any) -> SelectField:
    choices = _choices((key.value, text) for key, text in words.items())
    return _select(label, choices=choices, **options)


def _choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _words(text: Any) -> Any:
    return text


def _select(label: Any, **options: Any) -> SelectField:
    """A select box; WTForms' types do not know that a label may be translated when shown."""
    return SelectField(label, **options)


def _offered(_form: Any, field: SelectField) -> None:
    """A code that the select box holds, or none."""
    if field.data and field.data not in {value for value, *_rest in field.iter_choices()}:
        raise ValidationError(str(lazy("Please choose one.")))


class OptionForm(Form):
    """One option."""

    label_ko = line(lazy("Option in Korean"))
    label_en = line(lazy("Option in English"))
    correct = BooleanField(_words(lazy("Correct")))
    topic = _select(lazy("Topic"), validate_choice=False, validators=[_offered])
    about_person = BooleanField(_words(lazy("About the person")))
    picture = HiddenField()
    """Kept through editing; it is chosen on a page of its own."""

    def draft(self) -> OptionDraft:
        """The option as the domain takes it."""
        topic = self.topic.data or None
        return OptionDraft(
            bilingual(self, "label"),
            bool(self.correct.data),
            topic,
            bool(self.about_person.data),
            self.picture.data or None,
        )


class QuestionForm(Form):
    """One question with its options."""

    kind = _enum(lazy("Kind"), KINDS)
    type = _enum(lazy("How people answer"), TYPES)
    min_choices = _select(lazy("At least"), choices=_choices(_NUMBERS), default="1")
    max_choices = _select(lazy("At most"), choices=_choices(_NUMBERS), default="1")
    scale = _enum(lazy("Labels of the scale"), SCALES, default=Scale.NECESSITY_5.value)
    mean = BooleanField(_words(lazy("Show a mean too")))
    same_as = _select(lazy("Same wording as"), choices=_choices(_ITEMS), default="")
    low = line(lazy("Lowest number"), most=14, default="0")
    high = line(lazy("Highest number"), most=14, default="100")
    step = line(lazy("Step"), most=14, default="1")
    unit_ko = line(lazy("Unit in Korean"), most=20)
    unit_en = line(lazy("Unit in English"), most=20)
    points = _select(lazy("Points"), choices=_choices(_POINTS), default="10")
    suggest = BooleanField(_words(lazy("People may suggest statements; a moderator reads them")))
    rows = BooleanField(
        _words(lazy("Publish the votes as anonymous rows after the close")), default=True
    )
    most_words = _select(
        lazy("Answers of one person"), choices=_choices(_NUMBERS[:MOST_WORDS]), default="1"
    )
    at_once = BooleanField(_words(lazy("Show answers at once; a moderator may hide them")))
    results_shown = _enum(lazy("Results are shown"), SHOWN)
    competency = _select(
        lazy("Competency it asks for"), validate_choice=False, validators=[_offered]
    )
    text_ko = line(lazy("Question in Korean"), most=400)
    text_en = line(lazy("Question in English"), most=400)
    explanation_ko = body(lazy("Explanation in Korean"), most=2000)
    explanation_en = body(lazy("Explanation in English"), most=2000)
    options = FieldList(FormField(OptionForm), max_entries=MOST_STATEMENTS)

    def draft(self) -> QuestionDraft:
        """The question as the domain takes it; empty options are left out."""
        options = [option.form.draft() for option in self.options]
        type_ = QuestionType(self.type.data)
        return QuestionDraft(
            kind=QuestionKind(self.kind.data),
            text=bilingual(self, "text"),
            options=tuple(option for option in options if option.label),
            type=type_,
            max_choices=self._most(type_),
            explanation=bilingual(self, "explanation"),
            competency_code=self.competency.data or None,
            results_shown=ResultsShown(self.results_shown.data),
            min_choices=int(self.min_choices.data),
            settings=self.settings(type_),
        )

    def _most(self, type_: QuestionType) -> int:
        field = self.most_words if type_ is QuestionType.CLOUD else self.max_choices
        return int(field.data)

    def settings(self, type_: QuestionType) -> Settings:
        """What this type needs beyond options; fields of other types are left out."""
        if type_ is QuestionType.SCALE:
            item = str(self.same_as.data or "")
            return Settings(Scale(self.scale.data), mean=bool(self.mean.data), same_as=item)
        if type_ is QuestionType.NUMBER:
            return Settings(range=self._range())
        if type_ is QuestionType.POINTS:
            return Settings(points=int(self.points.data))
        if type_ is QuestionType.STATEMENTS:
            return Settings(suggest=bool(self.suggest.data), rows=bool(self.rows.data))
        if type_ in TYPED:
            return Settings(at_once=bool(self.at_once.data))
        return PLAIN

    def _range(self) -> Range | None:
        numbers = [parsed(field.data or "") for field in (self.low, self.high, self.step)]
        low, high, step = numbers
        if low is None or high is None or step is None:
            return None
        return Range(low, high, step, self.unit_ko.data or "", self.unit_en.data or "")

    def add_options(self) -> None:
        """One more, or some more statements."""
        is_statements = self.type.data == QuestionType.STATEMENTS
        most = MOST_STATEMENTS if is_statements else MOST_OPTIONS
        more = MORE_STATEMENTS if is_statements else 1
        for _each in range(min(more, most - len(self.options))):
            self.options.append_entry()

    def is_empty(self) -> bool:
        """Whether nothing was written into it."""
        draft = self.draft()
        return not (draft.text or draft.options)


class PollForm(HouseForm):
    """A whole poll."""

    title_ko = line(lazy("Title in Korean"))
    title_en = line(lazy("Title in English"))
    intro_ko = body(lazy("Introduction in Korean"), most=2000)
    intro_en = body(lazy("Introduction in English"), most=2000)
    institution = _select(lazy("In the name of"), validate_choice=False)
    assurance = _enum(lazy("Who may answer"), LEVELS, default=Assurance.LINK.value)
    mode = _enum(lazy("How answers are kept"), MODES, default=Mode.EDITABLE.value)
    quiz = BooleanField(_words(lazy("This is a quiz: everybody gets a score")))
    questions = FieldList(FormField(QuestionForm), max_entries=MOST_QUESTIONS)

    def validate(self, extra_validators: Any = None) -> bool:
        """Topics and competencies must be known, too."""
        offer_words(self)
        return super().validate(extra_validators)

    def filled(self) -> list[QuestionForm]:
        """The questions that hold something."""
        forms = [entry.form for entry in self.questions]
        return [form for form in forms if not form.is_empty()]

    def draft(self, viewer: Viewer) -> PollDraft:
        """The poll as the domain takes it."""
        chosen = str(self.institution.data or "")
        known = {value for value, *_rest in self.institution.iter_choices()}
        institution = int(chosen) if chosen and chosen in known else viewer.institution_id
        if may_choose_institution(viewer) and not chosen:
            institution = None
        return PollDraft(
            bilingual(self, "title"),
            tuple(form.draft() for form in self.filled()),
            bilingual(self, "intro"),
            institution,
            Mode(self.mode.data),
            Assurance(self.assurance.data),
            quiz=bool(self.quiz.data),
        )

    def change(self, step: str) -> None:
        """Take one step of the buttons: ``question``, ``option-2`` or ``remove-2``."""
        verb, _, place = step.partition("-")
        at = int(place) if place.isdecimal() and len(place) <= _MOST_DIGITS else -1
        if verb == "question" and len(self.questions) < MOST_QUESTIONS:
            add_question(self)
        elif verb == "option" and 0 <= at < len(self.questions):
            self.questions[at].form.add_options()
        elif verb == "remove" and 0 <= at < len(self.questions):
            self.questions.entries.pop(at)

    def show_fault(self, error: UnusableDraftError) -> None:
        """Put the domain's words beside the field they are about."""
        field = self.title_ko
        if error.question is not None:
            field = self.filled()[error.question].text_ko
        field.errors = [*field.errors, str(error.text)]

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """(field id, label, message) of everything wrong, for the summary on top."""
        for field in _leaves(self):
            for message in field.errors:
                yield field.id, str(field.label.text), str(message)


def poll_form(
    viewer: Viewer, draft: PollDraft | None, institutions: Sequence[Institution]
) -> PollForm:
    """The form, empty or filled from a draft; typed data wins."""
    form = PollForm(data=_data(draft))
    if not form.questions.entries:
        add_question(form)
    _offer(form, viewer, institutions)
    return form


def add_question(form: PollForm) -> None:
    """One more empty question."""
    entry = form.questions.append_entry()
    for _ in range(FIRST_OPTIONS):
        entry.form.options.append_entry()


def offer_words(form: PollForm) -> None:
    """Fill the select boxes of every question and option."""
    language = current_locale()
    asked = [("", str(lazy("None")))]
    by_code = [(each.code, each.name.shown(language).text) for each in competencies()]
    by_topic = [(each.code, each.name.shown(language).text) for each in topics()]
    for entry in form.questions:
        entry.form.competency.choices = _choices(asked + by_code)
        for option in entry.form.options:
            option.form.topic.choices = _choices(asked + by_topic)


def _offer(form: PollForm, viewer: Viewer, institutions: Sequence[Institution]) -> None:
    mine = [
        (str(each.id), each.name.shown(current_locale()).text)
        for each in institutions
        if may_choose_institution(viewer) or each.id == viewer.institution_id
    ]
    none = [("", str(lazy("The city itself")))] if may_choose_institution(viewer) else []
    form.institution.choices = _choices(none + mine)


def _data(draft: PollDraft | None) -> dict[str, Any]:
    if draft is None:
        return {}
    return {
        **_pair("title", draft.title),
        **_pair("intro", draft.intro),
        "institution": str(draft.institution_id or ""),
        "assurance": draft.assurance.value,
        "mode": draft.mode.value,
        "quiz": draft.quiz,
        "questions": [_question_data(question) for question in draft.questions],
    }


def _question_data(draft: QuestionDraft) -> dict[str, Any]:
    return {
        **_pair("text", draft.text),
        **_pair("explanation", draft.explanation),
        "kind": draft.kind.value,
        "type": draft.type.value,
        "min_choices": str(draft.min_choices),
        "max_choices": str(draft.max_choices),
        **_settings_data(draft.settings),
        "most_words": str(min(draft.max_choices, MOST_WORDS)),
        "at_once": draft.settings.at_once,
        "suggest": draft.settings.suggest,
        "rows": draft.settings.rows or draft.type is not QuestionType.STATEMENTS,
        "results_shown": draft.results_shown.value,
        "competency": draft.competency_code or "",
        "options": [
            {
                **_pair("label", o.label),
                "correct": o.correct,
                "topic": o.topic_code or "",
                "about_person": o.about_person,
                "picture": o.picture or "",
            }
            for o in draft.options
        ],
    }


def _settings_data(settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {"mean": settings.mean, "same_as": settings.same_as}
    if settings.scale:
        found["scale"] = settings.scale.value
    if settings.range:
        found |= settings.range.to_json()
    if settings.points:
        found["points"] = str(settings.points)
    return found


def _pair(name: str, text: Bilingual) -> dict[str, str]:
    return {f"{name}_ko": text.get("ko"), f"{name}_en": text.get("en")}


def _leaves(form: Any) -> Iterator[Any]:
    for field in form:
        if isinstance(field, FieldList):
            for entry in field:
                yield from _leaves(entry.form)
        else:
            yield field
