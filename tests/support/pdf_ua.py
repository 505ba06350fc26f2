"""What of PDF/UA-1 (ISO 14289-1) a program can check, written from the Matterhorn Protocol.

No validator can be installed from where our packages come from, so this looks at what typst wrote:
the marks of the standard, language and title, the tree of structure, alternative texts, embedded
fonts with a way back to Unicode, and that nothing is painted outside of marked content. What needs
eyes (whether the order makes sense, whether a text describes its picture) it does not judge.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import BooleanObject, ContentStream, IndirectObject

_PAINTING = {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s",
             b"Do", b"sh"}  # fmt: skip
_OPENS, _CLOSES = {b"BDC", b"BMC"}, b"EMC"
_EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")


def faults(file: bytes) -> list[str]:
    """Every fault found; empty for a file that passes."""
    try:
        reader = PdfReader(BytesIO(file), strict=True)
        return list(_all(reader))
    except Exception as error:  # noqa: BLE001  (a broken file breaks the reader in many ways)
        return [f"cannot be read: {type(error).__name__}"]


def _all(reader: PdfReader) -> Iterator[str]:
    root: Any = reader.root_object
    yield from _catalogue(root)
    yield from _described(root)
    tree = root.get("/StructTreeRoot")
    if tree is None:
        yield "no structure tree"
        return
    elements = list(_elements(tree.get_object()))
    yield from _structure(elements)
    tagged = {(page, number) for each in elements for page, number in _contents(each)}
    for number, page in enumerate(reader.pages):
        yield from _fonts(number, page)
        yield from _painted(number, page, reader, tagged)


def _catalogue(root: Any) -> Iterator[str]:
    marks = root.get("/MarkInfo", {})
    if not _is_true(marks.get("/Marked")):
        yield "not marked as tagged"
    if _is_true(marks.get("/Suspects")):
        yield "tags are suspect"
    if not root.get("/Lang"):
        yield "no language"
    if not _is_true(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")):
        yield "the title is not displayed"


def _is_true(value: Any) -> bool:
    """Whether a boolean of the file is there and true: each such object counts as true itself."""
    return isinstance(value, BooleanObject) and bool(value.value)


def _described(root: Any) -> Iterator[str]:
    metadata = root.get("/Metadata")
    said = metadata.get_object().get_data().decode() if metadata is not None else ""
    if "pdfuaid" not in said or not ("<pdfuaid:part>1<" in said or 'pdfuaid:part="1"' in said):
        yield "does not say that it is PDF/UA-1"
    if "<dc:title>" not in said:
        yield "no title in the metadata"


def _elements(node: Any) -> Iterator[Any]:
    """Every structure element, in reading order."""
    for kid in _kids(node):
        if isinstance(kid, dict) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
    kids = kids if isinstance(kids, list) else [kids]
    return [kid.get_object() if isinstance(kid, IndirectObject) else kid for kid in kids]


def _structure(elements: list[Any]) -> Iterator[str]:
    kinds = [str(each["/S"]) for each in elements]
    headings = [kind for kind in kinds if kind in {f"/H{n}" for n in range(1, 7)}]
    if headings[:1] != ["/H1"]:
        yield f"headings are {headings}"
    for each in elements:
        if str(each["/S"]) == "/Figure" and not str(each.get("/Alt", "")).strip():
            yield "a figure without alternative text"


def _contents(element: Any) -> Iterator[tuple[Any, int]]:
    """(page, number) of the marked content that belongs to an element."""
    page = element.raw_get("/Pg").idnum if "/Pg" in element else None
    for kid in _kids(element):
        if isinstance(kid, int):
            yield page, int(kid)
        elif isinstance(kid, dict) and "/MCID" in kid:
            own: Any = kid
            yield own.raw_get("/Pg").idnum if "/Pg" in own else page, int(own["/MCID"])


def _fonts(number: int, page: Any) -> Iterator[str]:
    fonts = page.get("/Resources", {}).get("/Font", {})
    for name, reference in fonts.items():
        font = reference.get_object()
        if "/ToUnicode" not in font:
            yield f"page {number}: font {name} has no way back to Unicode"
        bottom = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = bottom.get("/FontDescriptor", {})
        if not any(key in descriptor for key in _EMBEDDED):
            yield f"page {number}: font {name} is not embedded"


def _painted(
    number: int, page: Any, reader: PdfReader, tagged: set[tuple[Any, int]]
) -> Iterator[str]:
    """Nothing is painted outside of marked content, and all of it belongs to the tree."""
    content, here = page.get_contents(), page.indirect_reference.idnum
    stack: list[str] = []
    for operands, operator in ContentStream(content, reader).operations:
        if operator in _OPENS:
            stack.append(str(operands[0]))
            said = operands[1] if len(operands) > 1 and isinstance(operands[1], dict) else {}
            if "/MCID" in said and (here, int(said["/MCID"])) not in tagged:
                yield f"page {number}: marked content {said['/MCID']} is in no element"
        elif operator == _CLOSES:
            stack.pop()
        elif operator in _PAINTING and not stack:
            yield f"page {number}: {operator.decode()} paints outside of marked content"
