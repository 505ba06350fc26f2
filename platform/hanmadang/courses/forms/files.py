"""The form that takes a file for a lesson."""

from typing import Any

from flask import request
from wtforms import FileField

from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import lazy

_label: Any = lazy("File")


class FileForm(HouseForm):
    """A picture, a film, a recording or a document."""

    file = FileField(_label)

    def upload(self) -> bytes:
        """What was sent; nothing where no file was chosen."""
        sent = self.file.data
        return sent.read() if hasattr(sent, "read") else b""


def chosen() -> bytes:
    """The file sent with a form that has no class of its own; nothing where none was chosen."""
    sent = request.files.get("file")
    return sent.read() if sent else b""
