"""Places in a page that rooms above may fill, so that lower rooms need not know them.

A template says ``{{ slot("event.related", event=event) }}``; a room above registers a function
that returns markup for it, or an empty string.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

Filler = Callable[..., Markup | str]
_fillers: dict[str, list[Filler]] = defaultdict(list)


def fill(name: str, filler: Filler) -> None:
    """Let `filler` add to the slot `name`; registering twice changes nothing."""
    if filler not in _fillers[name]:
        _fillers[name].append(filler)


def slot(name: str, **context: Any) -> Markup:
    """Everything the registered rooms put into the slot, in order of registration."""
    return Markup().join(filler(**context) for filler in _fillers[name])
