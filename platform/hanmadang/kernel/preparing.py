"""What `flask setup` does beside the tables: each room registers its own, safe to repeat."""

from collections.abc import Callable

Step = Callable[[], None]
_steps: dict[str, Step] = {}


def at_setup(name: str, step: Step) -> None:
    """Run `step` at each setup, inside an app context."""
    _steps[name] = step


def prepare() -> None:
    """Run every step."""
    for step in _steps.values():
        step()
