"""Files for spreadsheets (CSV, RFC 4180): Hangul opens as Hangul, nothing becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from hanmadang.kernel.downloads import as_download

_FORMULA = (*"=+-@", *"\uff1d\uff0b\uff0d\uff20", "\t", "\r")
"""Full-width signs too: spreadsheets in Korean and Japanese read them as the narrow ones."""
BEGIN = b"\xef\xbb\xbf"
"""UTF-8's mark, without which Excel takes Hangul for Latin."""
CSV = "text/csv; charset=utf-8"


def spreadsheet(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A download called `name`: one row of column names, then the rows."""
    return as_download(Response(BEGIN + lines([head]) + lines(rows), content_type=CSV), name)


def lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as they stand in such a file.

    Texts are quoted and `harmless`; numbers stay numbers; None is an empty cell.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return sheet.getvalue().encode()


def _cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    return harmless(str(value))


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(cell: str) -> str:
    """A cell as it was before it was made `harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
