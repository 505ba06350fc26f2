"""Forms of the room of reminders."""

from hanmadang.kernel.forms import HouseForm


class ResendForm(HouseForm):
    """Send one mail again; nothing but the click."""
