"""State machines in the open: a table of allowed steps and one function that takes them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from hanmadang.kernel.errors import NotAllowedNowError

S = TypeVar("S", bound=StrEnum)


class Machine(Generic[S]):
    """The allowed steps of one kind of object."""

    def __init__(self, steps: Mapping[S, frozenset[S]]) -> None:
        self.steps = steps

    def allows(self, before: S, after: S) -> bool:
        """Whether an object in state `before` may go to `after`."""
        return after in self.steps.get(before, frozenset())

    def check(self, before: S, after: S) -> S:
        """Return `after`; raises NotAllowedNowError when the table does not list the step."""
        if not self.allows(before, after):
            raise NotAllowedNowError(before.value, after.value)
        return after
