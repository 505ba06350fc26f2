"""The field of each type of question: what it shows again, and the answer that it holds.

`look` names the macro of `templates/polls/_answers.html` that draws it.
"""

from typing import Any

from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.widgets import CheckboxInput, ListWidget

from hanmadang.polls.forms.reading import from_number, sent_id
from hanmadang.polls.shapes import Answer, Shape

Options = tuple[tuple[int, str], ...]
"""Ids and labels."""


def _option_id(value: object) -> int | None:
    return value if value is None or isinstance(value, int) else sent_id(str(value))


def _choice(options: Options) -> dict[str, Any]:
    choices = [SelectChoice(str(id_), label) for id_, label in options]
    return {"choices": choices, "coerce": _option_id, "validate_choice": False}


class OneField(RadioField):
    """One option, on a scale or not."""

    look = "choices"

    def __init__(self, label: str, shape: Shape, options: Options, **more: Any) -> None:
        super().__init__(label, **(more | _choice(options)))
        self.shape = shape

    def answer(self) -> Answer | None:
        """The chosen option; None for an untouched question."""
        return None if self.data is None else (self.data,)

    @staticmethod
    def before(answer: Answer, _shape: Shape) -> int | None:
        """What to fill in for this answer."""
        return answer[0] if answer else None


class SeveralField(SelectMultipleField):
    """Some of the options."""

    look = "choices"
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, shape: Shape, options: Options, **more: Any) -> None:
        super().__init__(label, **(more | _choice(options)))
        self.shape = shape

    def answer(self) -> Answer | None:
        """The ticked options; ticking none takes an answer back."""
        return tuple(self.data or ())

    @staticmethod
    def before(answer: Answer, _shape: Shape) -> list[int]:
        """What to fill in for this answer."""
        return list(answer)


class NumberField(StringField):
    """A number, kept as typed until it is right."""

    look = "number"

    def __init__(self, label: str, shape: Shape, options: Options, **more: Any) -> None:
        del options  # the bands are for the result
        super().__init__(label, **more)
        self.shape = shape

    def answer(self) -> Answer | None:
        """The number's place in the range; nothing where the field is empty."""
        return from_number(self.data or "", self.shape.settings)

    @staticmethod
    def before(answer: Answer, shape: Shape) -> str:
        """What to fill in for this answer."""
        range_ = shape.settings.range
        return range_.written(answer[0]) if answer and range_ else ""
