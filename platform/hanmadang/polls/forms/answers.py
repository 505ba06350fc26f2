"""The form of one poll: a group of radio buttons or check boxes for each question.

The form class of a poll is built once per wording and kept, because a hall sends the same form
a thousand times in a minute.
"""

from functools import lru_cache
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from hanmadang.kernel.device import token_is_ours
from hanmadang.kernel.forms import KEY_LENGTH, KEY_SHORTEST, HouseForm
from hanmadang.kernel.i18n import _n, lazy
from hanmadang.kernel.ids import new_key
from hanmadang.polls.domain import BallotSet, Refusal
from hanmadang.polls.models import QuestionType
from hanmadang.polls.queries import Mine, OpenPoll, PollPage, QuestionPage
from hanmadang.polls.rules import voter_key
from hanmadang.polls.texts import REFUSALS, USES

_PREFIX = "q"
Asked = tuple[int, bool, int, str, str, tuple[tuple[int, str], ...]]
"""Question id, several, most, text, note, options (id, label)."""


class AnswerForm(HouseForm):
    """Answers to one poll."""

    def groups(self) -> dict[int, Field]:
        """The field of each question, by question id."""
        return {
            int(field.name.removeprefix(_PREFIX)): field
            for field in self
            if field.name.startswith(_PREFIX) and field.name != "csrf_token"
        }

    def answers(self) -> dict[int, frozenset[int]]:
        """Chosen option ids by question id. An untouched single choice is left out."""
        found = {}
        for question_id, field in self.groups().items():
            if isinstance(field, SelectMultipleField):
                found[question_id] = frozenset(field.data or ())
            elif field.data is not None:
                found[question_id] = frozenset([field.data])
        return found

    def say(self, refusal: Refusal) -> None:
        """Show why the answers were not counted, and let the next sending be a new one."""
        self.form_errors.append(str(REFUSALS[refusal]))
        self.idempotency_key.data = new_key()


def sent_ballot(fields: MultiDict[str, str], poll: OpenPoll, device: str) -> BallotSet | None:
    """The sent answers as the form would read them, without building it.

    None where the token is not this device's or the key is unusable; all else the domain judges.
    """
    key = fields.get("idempotency_key", "")
    if not (KEY_SHORTEST <= len(key) <= KEY_LENGTH and token_is_ours(fields.get("csrf_token", ""))):
        return None
    answers = {}
    for question_id, several in poll.questions:
        chosen = fields.getlist(f"{_PREFIX}{question_id}")
        if several or chosen:
            kept = chosen if several else chosen[:1]
            answers[question_id] = frozenset(_sent_id(text) for text in kept)
    return BallotSet(poll.id, voter_key(poll.secret, device), key, answers)


def answer_form(poll: PollPage, mine: Mine, language: str) -> AnswerForm:
    """The poll's form, filled with what this device answered before."""
    asked = tuple(_asked(question, language) for question in poll.questions)
    before: dict[str, Any] = {}
    for question in poll.questions:
        chosen = mine.chosen.get(question.id, frozenset())
        several = question.type is QuestionType.SEVERAL
        before[f"{_PREFIX}{question.id}"] = sorted(chosen) if several else next(iter(chosen), None)
    return _form_class(asked)(data=before)


def _asked(question: QuestionPage, language: str) -> Asked:
    options = tuple((option.id, option.label.shown(language).text) for option in question.options)
    several = question.type is QuestionType.SEVERAL
    text = question.text.shown(language).text
    return question.id, several, question.most, text, str(USES[question.kind]), options


@lru_cache(maxsize=256)
def _form_class(asked: tuple[Asked, ...]) -> type[AnswerForm]:
    fields = {f"{_PREFIX}{each[0]}": _field(each) for each in asked}
    return type("PollAnswerForm", (AnswerForm,), fields)


def _field(asked: Asked) -> Field:
    _id, several, most, text, note, options = asked
    common: dict[str, Any] = {
        "choices": [SelectChoice(str(id_), label) for id_, label in options],
        "coerce": _option_id,
        "description": f"{_limit(most)} {note}" if several else note,
        "validate_choice": False,
    }
    known = frozenset(id_ for id_, _label in options)
    if not several:
        return RadioField(text, validators=[_known(known)], **common)
    return SelectMultipleField(
        text,
        validators=[_known(known), _at_most(most)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **common,
    )


def _limit(most: int) -> str:
    return _n("Choose one.", "Choose up to %(n)s.", most)


def _option_id(value: object) -> int | None:
    """An option's id as sent; -1, which no option has, for anything else."""
    return value if value is None or isinstance(value, int) else _sent_id(str(value))


def _sent_id(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < len("2147483648") else -1


def _known(options: frozenset[int]) -> Any:
    def check(_form: Any, field: Field) -> None:
        chosen = field.data if isinstance(field.data, list) else [field.data]
        if not {each for each in chosen if each is not None} <= options:
            raise ValidationError(str(REFUSALS[Refusal.UNKNOWN_CHOICE]))

    return check


def _at_most(most: int) -> Any:
    def check(_form: Any, field: Field) -> None:
        if field.data and len(set(field.data)) > most:
            raise ValidationError(str(lazy("Please choose at most %(n)s.", n=most)))

    return check
