"""The form of one option's picture."""

from typing import Any

from wtforms import FileField, HiddenField

from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import lazy

_label: Any = lazy("Picture file")


class PictureForm(HouseForm):
    """A file for an option, or the wish to take its picture away."""

    option = HiddenField()
    picture = FileField(_label)

    def upload(self) -> bytes:
        """What was sent; nothing where no file was chosen."""
        sent = self.picture.data
        return sent.read() if hasattr(sent, "read") else b""
