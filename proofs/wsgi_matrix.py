"""The house with one rule sabotaged: every organizer may edit the events of every institution."""

from hanmadang.events import rules
from hanmadang.factory import create_app
from hanmadang.kernel.permissions import Permission, Viewer


def _any_organizer(viewer: Viewer, event: rules.Owned) -> bool:  # noqa: ARG001  (the sabotage)
    """Ask for the permission and forget the institution."""
    return viewer.may(Permission.EVENTS_ORGANIZE)


rules.can_edit = _any_organizer
app = create_app()
