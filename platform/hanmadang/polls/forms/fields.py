"""The field of each type of question: what it shows again, and the answer that it holds."""

from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from hanmadang.polls.forms.reading import sent_id
from hanmadang.polls.shapes import Answer


def _option_id(value: object) -> int | None:
    return value if value is None or isinstance(value, int) else sent_id(str(value))


_CHOICE: dict[str, Any] = {"coerce": _option_id, "validate_choice": False}


class OneField(RadioField):
    """One option, on a scale or not."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **(options | _CHOICE))

    def answer(self) -> Answer | None:
        """The chosen option; None for an untouched question."""
        return None if self.data is None else (self.data,)

    @staticmethod
    def before(answer: Answer) -> int | None:
        """What to fill in for this answer."""
        return answer[0] if answer else None


class SeveralField(SelectMultipleField):
    """Some of the options."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **(options | _CHOICE))

    def answer(self) -> Answer | None:
        """The ticked options; ticking none takes an answer back."""
        return tuple(self.data or ())

    @staticmethod
    def before(answer: Answer) -> list[int]:
        """What to fill in for this answer."""
        return list(answer)
