"""The check of PDF/UA notices what it says it notices: a certificate with one thing broken."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject

from tests.conftest import Browser
from tests.courses.graduates import graduate, printed
from tests.support.pdf_ua import faults

pytestmark = pytest.mark.usefixtures("school")
Break = Callable[[PdfWriter], Any]


def without(*names: str) -> Break:
    """Take that out of the catalogue."""
    return lambda writer: [writer.root_object.pop(name) for name in names]


def each(kind: str, change: Callable[[Any], Any]) -> Break:
    """Change every structure element of that type."""

    def broken(writer: PdfWriter) -> None:
        everything: list[Any] = [*writer._objects]
        elements = [
            found for found in everything if isinstance(found, dict) and found.get("/S") == kind
        ]
        assert elements
        for found in elements:
            change(found)

    return broken


def named(kind: str) -> Callable[[Any], Any]:
    return lambda element: element.update({NameObject("/S"): NameObject(kind)})


def fonts(writer: PdfWriter) -> None:
    page: Any = writer.pages[0]
    for font in page["/Resources"]["/Font"].values():
        font.get_object().pop("/ToUnicode")


def suspect(writer: PdfWriter) -> None:
    marks: Any = writer.root_object["/MarkInfo"]
    marks[NameObject("/Suspects")] = BooleanObject(value=True)


def form(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject()


BROKEN: dict[str, Break] = {
    "06-002": without("/Metadata"),
    "07-001": without("/ViewerPreferences"),
    "11-006": without("/Lang"),
    "01-005": without("/StructTreeRoot"),
    "01-007": suspect,
    "02-001": each("/P", named("/Poem")),
    "13-004": each("/Figure", lambda figure: figure.pop("/Alt")),
    "14-002": each("/H1", named("/H2")),
    "24": form,
    "31-027": fonts,
}


def test_each_broken_condition_is_named(sign_in: Callable[..., Browser]) -> None:
    citizen = sign_in()
    _code, file = printed(citizen, graduate(citizen))
    for condition, change in {"": lambda _writer: None, **BROKEN}.items():
        writer, out = PdfWriter(clone_from=BytesIO(file)), BytesIO()
        change(writer)
        writer.write(out)
        found = {fault.partition(":")[0] for fault in faults(out.getvalue())}
        assert (condition in found) if condition else not found, (condition, found)
