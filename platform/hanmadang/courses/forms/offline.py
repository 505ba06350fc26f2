"""Answers that come back from an offline pack: a file, or the same as a code."""

import base64
import binascii

from flask_wtf.file import FileField

from hanmadang.courses.told import MOST_LETTERS, UnreadableDeviceError
from hanmadang.kernel.forms import HouseForm, body
from hanmadang.kernel.i18n import lazy


class AnswersForm(HouseForm):
    """A file or a code."""

    file = FileField(lazy("File with answers"))
    code = body(lazy("Code"), most=MOST_LETTERS)

    def told(self) -> str:
        """What the pack wrote. Raises UnreadableDeviceError."""
        upload = self.file.data
        if upload and getattr(upload, "filename", ""):
            try:
                return str(upload.read(MOST_LETTERS + 1).decode())
            except UnicodeDecodeError as error:
                raise UnreadableDeviceError from error
        return decoded((self.code.data or "").strip())


def decoded(code: str) -> str:
    """The file in a code (base64 for addresses), or the file itself."""
    if code.startswith("{"):
        return code
    try:
        return base64.b64decode(
            code + "=" * (-len(code) % 4), altchars=b"-_", validate=True
        ).decode()
    except (binascii.Error, ValueError) as error:
        raise UnreadableDeviceError from error
