"""The form that takes a stranger's file."""

from collections.abc import Iterable
from typing import Any

from wtforms import FileField, SelectField

from hanmadang.courses.exchange.imported import Format, Options
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import LazyText, lazy

FORMATS: dict[Format, LazyText] = {
    Format.GIFT: lazy("GIFT (Moodle’s text format)"),
    Format.MOODLE: lazy("Moodle XML"),
    Format.OLX: lazy("Open edX course (OLX, tar.gz)"),
    Format.CARTRIDGE: lazy("IMS Common Cartridge"),
    Format.QTI1: lazy("QTI 1.2"),
    Format.QTI2: lazy("QTI 2.1 or 2.2"),
    Format.CSV: lazy("CSV table"),
    Format.OWN: lazy("Our own course archive (zip)"),
}
_file: Any = lazy("File")
_format: Any = lazy("Format")
_language: Any = lazy("Language of the file")
_competency: Any = lazy("What its questions ask for")


class ImportForm(HouseForm):
    """A file, and what it may not say of itself."""

    file = FileField(_file)
    format = SelectField(_format, choices=[])
    language = SelectField(_language, choices=[])
    competency = SelectField(_competency, choices=[])

    def offer(self, competencies: Iterable[tuple[str, str]]) -> None:
        """Fill the lists, in the language of the page."""
        self.format.choices = [
            ("", str(lazy("Find out from the file"))),
            *((each.value, str(label)) for each, label in FORMATS.items()),
        ]
        self.language.choices = [
            ("", str(lazy("As the file says"))),
            ("ko", str(lazy("Korean"))),
            ("en", str(lazy("English"))),
        ]
        self.competency.choices = [("", str(lazy("Choose later"))), *competencies]

    def upload(self) -> tuple[str, bytes]:
        """Name and content of what was sent; nothing where no file was chosen."""
        sent = self.file.data
        if not hasattr(sent, "read"):
            return "", b""
        with sent.stream as file:
            return sent.filename or "", file.read()

    def options(self) -> Options:
        """What the sender says of the file."""
        return Options(self.language.data or "", self.competency.data or "")

    def chosen(self) -> Format | None:
        """The format, where the sender chose one."""
        return Format(self.format.data) if self.format.data else None
