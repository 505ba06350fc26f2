"""Right or wrong, and nothing else: pure functions over a question's stored options."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hanmadang.courses.models import QuestionKind
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy


class ChoiceError(DomainError):
    """The chosen options do not fit the question."""

    status = 422
    text = lazy("Please choose one of the answers shown.")


def choices_for(kind: str, options: Sequence[object], chosen: Iterable[int]) -> list[int]:
    """The chosen options, sorted, each once. Raises ChoiceError for what cannot be chosen."""
    choices = sorted(set(chosen))
    if not choices or choices[0] < 0 or choices[-1] >= len(options):
        raise ChoiceError
    if len(choices) > 1 and kind != QuestionKind.SEVERAL.value:
        raise ChoiceError
    return choices


def is_right(options: Sequence[Mapping[str, Any]], choices: Sequence[int]) -> bool:
    """Whether exactly the right options were chosen."""
    right = [index for index, option in enumerate(options) if option["correct"]]
    return list(choices) == right
