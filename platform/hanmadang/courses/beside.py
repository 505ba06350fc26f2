"""What rooms above show inside a lesson: the event or the poll that a block names.

A room above registers one function for a kind of block. It is asked once for all blocks of that
kind on a page, so that a lesson with ten events costs as many statements as one with a single one.
"""

from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from hanmadang.courses.models import BlockKind
from hanmadang.courses.queries.parts import BlockView

Shower = Callable[[Iterable[str]], Mapping[str, Markup]]
_showers: dict[str, Shower] = {}


def show_beside(kind: BlockKind, shower: Shower) -> None:
    """Let `shower` say what stands at blocks of that kind, by the names they give."""
    _showers[kind.value] = shower


def beside(blocks: Iterable[BlockView]) -> Mapping[int, Markup]:
    """{position: what the room above shows there}; nothing for a name it does not know."""
    found = {}
    listed = list(blocks)
    for kind, shower in _showers.items():
        names = {block.position: block.name for block in listed if block.kind == kind}
        shown = shower(sorted(set(names.values()))) if names else {}
        found.update({at: shown[name] for at, name in names.items() if name in shown})
    return found
