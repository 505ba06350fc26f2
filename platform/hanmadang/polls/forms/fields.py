"""The field of each type of question: what it shows again, and the answer that it holds.

`look` names the macro of `templates/polls/_answers.html` that draws it.
"""

from collections import Counter
from typing import Any

from wtforms import Field, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag behind
from wtforms.utils import unset_value
from wtforms.widgets import ListWidget, NumberInput, TextInput

from hanmadang.kernel.forms import DotInput, TickInput
from hanmadang.polls.forms.reading import (
    from_number,
    from_points,
    from_ranks,
    is_several_sent,
    marker,
    sent_id,
    sent_lines,
)
from hanmadang.polls.shapes import Answer, Shape, TypedShape

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
    option_widget = DotInput()

    def __init__(self, label: str, shape: Shape, options: Options, **more: Any) -> None:
        super().__init__(label, **(more | _choice(options)))
        self.shape = shape

    def answer(self) -> Answer | None:
        """The chosen option; None where nothing was sent, whatever is filled in from before."""
        return (self.data,) if self.raw_data else None

    @staticmethod
    def before(answer: Answer, _shape: Shape) -> int | None:
        """What to fill in for this answer."""
        return answer[0] if answer else None


class SeveralField(SelectMultipleField):
    """Some of the options."""

    look = "choices"
    widget = ListWidget(prefix_label=False)
    option_widget = TickInput()

    def __init__(self, label: str, shape: Shape, options: Options, **more: Any) -> None:
        self.is_sent = False
        super().__init__(label, **(more | _choice(options)))
        self.shape = shape

    @property
    def marker(self) -> str:
        """The hidden field that says the boxes were there."""
        return marker(self.name)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take what was sent, or what was stored before where the question was left alone."""
        self.is_sent = bool(formdata) and is_several_sent(self.name, formdata)
        super().process(formdata if self.is_sent else None, data, extra_filters)

    def answer(self) -> Answer | None:
        """The ticked options, none takes an answer back; None where no boxes were on the page."""
        return tuple(self.data or ()) if self.is_sent else None

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
        """The number's place in the range; nothing where the field is empty, None if not sent."""
        return from_number(self.data or "", self.shape.settings) if self.raw_data else None

    @staticmethod
    def before(answer: Answer, shape: Shape) -> str:
        """What to fill in for this answer."""
        range_ = shape.settings.range
        return range_.written(answer[0]) if answer and range_ else ""


class _ByOption(Field):
    """A small field for each option, sent as ``<name>-<option id>`` and kept as typed."""

    option_widget = NumberInput()  # tells the error summary that the first input ends in -0

    def __init__(self, label: str, shape: Shape, options: Options, **more: Any) -> None:
        super().__init__(label, **more)
        self.shape = shape
        self.options = options
        self.typed: dict[int, str] = {}
        self.is_sent = False

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take what was sent, or what was stored before."""
        del extra_filters
        self.process_errors = []
        names = {id_: f"{self.name}-{id_}" for id_, _label in self.options}
        self.is_sent = bool(formdata) and any(name in formdata for name in names.values())
        if self.is_sent:
            data = {id_: "".join(formdata.getlist(name)[:1]) for id_, name in names.items()}
        self.typed = dict(data or {})
        self.data = list(self.typed.values())

    def rows(self) -> list[tuple[str, str, str, str]]:
        """(id, name, label, text) of each option's input."""
        return [
            (f"{self.id}-{place}", f"{self.name}-{id_}", label, self.typed.get(id_, "").strip())
            for place, (id_, label) in enumerate(self.options)
        ]


class RanksField(_ByOption):
    """A rank for each option, or for some."""

    look = "ranks"

    def answer(self) -> Answer | None:
        """Options from the first rank on; None where no field was sent."""
        return from_ranks(self.typed) if self.is_sent else None

    @staticmethod
    def before(answer: Answer, _shape: Shape) -> dict[int, str]:
        """What to fill in for this answer."""
        return {id_: str(rank) for rank, id_ in enumerate(answer, 1)}


class PointsField(_ByOption):
    """Points for each option."""

    look = "points"

    def answer(self) -> Answer | None:
        """Each option as often as it got a point; None where no field was sent."""
        return from_points(self.typed) if self.is_sent else None

    @staticmethod
    def before(answer: Answer, _shape: Shape) -> dict[int, str]:
        """What to fill in for this answer."""
        return {id_: str(points) for id_, points in Counter(answer).items()}


class TypedField(Field):
    """A line for each answer that may be given, all under one name."""

    look = "typed"
    option_widget = TextInput()  # tells the error summary that the first input ends in -0

    def __init__(self, label: str, shape: TypedShape, options: Options, **more: Any) -> None:
        del options  # there are none
        super().__init__(label, **more)
        self.shape = shape
        self.lines: tuple[str, ...] = ()
        self.is_sent = False

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take what was sent, or what was stored before."""
        del extra_filters
        self.process_errors = []
        self.is_sent = bool(formdata) and self.name in formdata
        if self.is_sent:
            data = sent_lines(formdata.getlist(self.name))
        self.lines = tuple(data or ())
        self.data = [line for line in self.lines if line.strip()]

    def answer(self) -> Answer | None:
        """No numbers are typed; see `texts`."""
        return None

    def texts(self) -> tuple[str, ...] | None:
        """What was typed, nothing for emptied lines; None where no line was sent."""
        return self.lines if self.is_sent else None

    def rows(self) -> list[tuple[str, str]]:
        """(id, text) of each line, empty ones too."""
        count = max(self.shape.most, len(self.lines))
        filled = (*self.lines, *[""] * count)[:count]
        return [(f"{self.id}-{place}", text) for place, text in enumerate(filled)]
