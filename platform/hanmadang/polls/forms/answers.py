"""The form of one poll: a group of fields for each question.

The form class of a poll is built once per wording and kept, because a hall sends the same form
a thousand times in a minute.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import ValidationError

from hanmadang.kernel.device import is_token_of
from hanmadang.kernel.forms import KEY_LENGTH, KEY_SHORTEST, HouseForm, line, required
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import new_key
from hanmadang.polls.asking import fault_text, how_to_answer
from hanmadang.polls.domain import BallotSet, Refusal
from hanmadang.polls.entry import Visitor
from hanmadang.polls.forms.fields import (
    NumberField,
    OneField,
    PointsField,
    RanksField,
    SeveralField,
    TypedField,
)
from hanmadang.polls.forms.reading import read_answer, read_texts
from hanmadang.polls.models import TYPED, QuestionKind, QuestionType, ResultsShown
from hanmadang.polls.queries import Mine, OpenPoll, PollPage, QuestionPage
from hanmadang.polls.shapes import Answer, Shape, TypedShape
from hanmadang.polls.texts import GONE_ON, REFUSALS, TOLD_LATER, USES

_PREFIX = "q"
_NAME = re.compile(r"q\d+(-|$)")
_FIELDS: Mapping[QuestionType, Any] = {
    QuestionType.ONE: OneField,
    QuestionType.SEVERAL: SeveralField,
    QuestionType.SCALE: OneField,
    QuestionType.NUMBER: NumberField,
    QuestionType.RANKING: RanksField,
    QuestionType.POINTS: PointsField,
    QuestionType.TEXT: TypedField,
    QuestionType.CLOUD: TypedField,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one language."""

    id: int
    type: QuestionType
    shape: Shape
    text: str
    note: str
    options: tuple[tuple[int, str], ...]


class AnswerForm(HouseForm):
    """Answers to one poll."""

    def groups(self) -> dict[int, Any]:
        """The field of each question, by question id."""
        return {
            int(field.name.removeprefix(_PREFIX)): field
            for field in self
            if field.name.startswith(_PREFIX) and field.name != "csrf_token"
        }

    def answers(self) -> dict[int, Answer]:
        """Answers by question id; an untouched question is left out."""
        found = {id_: field.answer() for id_, field in self.groups().items()}
        return {id_: answer for id_, answer in found.items() if answer is not None}

    def texts(self) -> dict[int, tuple[str, ...]]:
        """What was typed, by question id."""
        fields = self.groups().items()
        found = {id_: field.texts() for id_, field in fields if isinstance(field, TypedField)}
        return {id_: lines for id_, lines in found.items() if lines is not None}

    def say(self, refusal: Refusal, sent: Mapping[str, str]) -> None:
        """Show why what was sent was not counted, and let the next sending be a new one."""
        has_gone_on = refusal is Refusal.EMPTY and self._is_about_another(sent)
        self.form_errors.append(str(GONE_ON if has_gone_on else REFUSALS[refusal]))
        self.idempotency_key.data = new_key()

    def _is_about_another(self, sent: Mapping[str, str]) -> bool:
        """Whether it answers a question that is not asked now."""
        return any(
            _NAME.match(name) and name.split("-")[0] not in self and value
            for name, value in sent.items()
        )


class PaperForm(AnswerForm):
    """A ballot on paper: the same answers, behind a code."""

    code = line(lazy("Code on the slip"), most=24, validators=[required()])


def sent_ballot(fields: MultiDict[str, str], poll: OpenPoll, visitor: Visitor) -> BallotSet | None:
    """The sent answers as the form would read them, without building it.

    None where the token is not this device's, the key is unusable or the visitor not let in; all
    else the domain judges.
    """
    key, voter = fields.get("idempotency_key", ""), poll.voter(visitor)
    is_usable = bool(voter) and KEY_SHORTEST <= len(key) <= KEY_LENGTH
    if not (is_usable and is_token_of(visitor.device, fields.get("csrf_token", ""))):
        return None
    answers, texts = {}, {}
    for question_id, type_, settings in poll.questions:
        name = f"{_PREFIX}{question_id}"
        if type_ in TYPED:
            typed = read_texts(name, fields)
            if typed is not None:
                texts[question_id] = typed
            continue
        answer = read_answer(type_, name, settings, fields)
        if answer is not None:
            answers[question_id] = answer
    return BallotSet(poll.id, voter, key, answers, texts=texts)


def asked_of(poll: PollPage, language: str) -> tuple[Asked, ...]:
    """What the poll's form asks now: all that its fields depend on, pictures and answers aside."""
    return tuple(_asked(question, language, quiz=poll.quiz) for question in poll.on_phones)


def ticked_in(poll: PollPage, mine: Mine) -> frozenset[str] | None:
    """Ids of the options that this device has ticked; None where it filled in anything else."""
    ticked: set[str] = set()
    for question in poll.on_phones:
        answer = mine.chosen.get(question.id, ())
        if answer and _FIELDS[question.type].look != "choices":
            return None
        places = {option.id: place for place, option in enumerate(question.options)}
        ticked.update(f"{_PREFIX}{question.id}-{places[id_]}" for id_ in answer)
    return frozenset(ticked)


def answer_form(poll: PollPage, mine: Mine, language: str) -> AnswerForm:
    """The poll's form, filled with what this device answered before."""
    asked = asked_of(poll, language)
    before = {f"{_PREFIX}{question.id}": _before(question, mine) for question in poll.on_phones}
    return _form_class(asked)(data=before)


def paper_form(poll: PollPage, language: str) -> PaperForm:
    """The poll's form for staff, always empty."""
    asked = tuple(_asked(question, language) for question in poll.questions)
    return cast("PaperForm", _form_class(asked, PaperForm)())


def _before(question: QuestionPage, mine: Mine) -> Any:
    if question.is_typed:
        return mine.texts.get(question.id, ())
    answer = mine.chosen.get(question.id, ())
    return _FIELDS[question.type].before(answer, question.shape)


def _asked(question: QuestionPage, language: str, *, quiz: bool = False) -> Asked:
    options = tuple((option.id, option.label.shown(language).text) for option in question.options)
    how = how_to_answer(question.type, question.shape)
    waits = quiz and question.shown is ResultsShown.MODERATOR
    is_told_later = waits and question.kind is QuestionKind.KNOWLEDGE
    note = f"{how} {TOLD_LATER if is_told_later else USES[question.kind]}".strip()
    text = question.text.shown(language).text
    return Asked(question.id, question.type, question.shape, text, note, options)


@lru_cache(maxsize=256)
def _form_class(asked: tuple[Asked, ...], base: type[AnswerForm] = AnswerForm) -> type[AnswerForm]:
    fields = {f"{_PREFIX}{each.id}": _field(each) for each in asked}
    return type("PollAnswerForm", (base,), fields)


def _field(asked: Asked) -> Field:
    field: Field = _FIELDS[asked.type](
        asked.text,
        description=asked.note,
        validators=[_fits(asked)],
        shape=asked.shape,
        options=asked.options,
    )
    return field


def _fits(asked: Asked) -> Callable[[Any, Any], None]:
    """What casting would refuse is refused here, beside the question and with its numbers."""

    def check(_form: Any, field: Any) -> None:
        answer = asked.shape.canonical(field.answer() or ())
        if isinstance(asked.shape, TypedShape):
            fault = asked.shape.fault_of(field.texts() or ())
        else:
            fault = asked.shape.fault(answer)
        if fault:
            raise ValidationError(fault_text(fault, asked.type, asked.shape, answer))

    return check
