"""What of PDF/UA-1 (ISO 14289-1) a program can check, written from the Matterhorn Protocol.

This looks at what typst wrote and names the failure condition of the protocol (1.02) that each
fault is: marks of the standard, language and title, the tree of structure, alternative texts, fonts
with a way back to Unicode, nothing painted outside of tags, and nothing there that our documents
never hold and that would need rules of its own. What needs eyes (whether the order makes sense,
whether a text describes its picture) it does not judge. ``docs/subsystems/certificates.md`` says
which conditions these are, and how veraPDF was asked for all.
"""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.generic import BooleanObject, ContentStream, IndirectObject

_PAINTING = {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s",
             b"Do", b"sh"}  # fmt: skip
_OPENS, _CLOSES = {b"BDC", b"BMC"}, b"EMC"
_NEVER = {"/AcroForm": "24", "/OCProperties": "20", "/Threads": "22", "/OpenAction": "29"}
_TYPES = (
    "Document Part Art Sect Div Caption TOC TOCI Index NonStruct Private BlockQuote P H H1 H2 H3 "
    "H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry "
    "Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form"
)
_STANDARD = frozenset(f"/{each}" for each in _TYPES.split(" "))
"""Structure types of ISO 32000-1, 14.8.4."""
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
    yield from _absent(reader, root)
    tree = root.get("/StructTreeRoot")
    if tree is None:
        yield "01-005: no structure tree"
        return
    elements = list(_elements(tree.get_object()))
    yield from _structure(elements)
    yield from _roles(elements, tree.get_object())
    tagged = {(page, number) for each in elements for page, number in _contents(each)}
    for number, page in enumerate(reader.pages):
        yield from _fonts(number, page)
        yield from _painted(number, page, reader, tagged)


def _catalogue(root: Any) -> Iterator[str]:
    marks = root.get("/MarkInfo", {})
    if not _is_true(marks.get("/Marked")):
        yield "the catalogue is not marked as tagged"
    if _is_true(marks.get("/Suspects")):
        yield "01-007: tags are suspect"
    if not root.get("/Lang"):
        yield "11-006: no language"
    if not _is_true(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")):
        yield "07-001: the title is not displayed"


def _absent(reader: PdfReader, root: Any) -> Iterator[str]:
    """Nothing that a certificate never holds: each would bring conditions of its own."""
    if reader.is_encrypted:
        yield "26: encrypted"
    for name, checkpoint in _NEVER.items():
        if name in root:
            yield f"{checkpoint}: the catalogue has {name}"
    if "/EmbeddedFiles" in root.get("/Names", {}):
        yield "21: embedded files"
    for number, page in enumerate(reader.pages):
        if page.get("/Annots"):
            yield f"28: page {number} has annotations"


def _is_true(value: Any) -> bool:
    """Whether a boolean of the file is there and true: each such object counts as true itself."""
    return isinstance(value, BooleanObject) and bool(value.value)


def _described(root: Any) -> Iterator[str]:
    metadata = root.get("/Metadata")
    said = metadata.get_object().get_data().decode() if metadata is not None else ""
    if "pdfuaid" not in said or not ("<pdfuaid:part>1<" in said or 'pdfuaid:part="1"' in said):
        yield "06-002: does not say that it is PDF/UA-1"
    if "<dc:title>" not in said:
        yield "06-003: no title in the metadata"


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
        yield f"14-002: headings are {headings}"
    levels = [int(kind[2]) for kind in headings]
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield f"14-003: a level is left out of {headings}"
    for each in elements:
        if str(each["/S"]) == "/Figure" and not str(each.get("/Alt", "")).strip():
            yield "13-004: a figure without alternative text"


def _roles(elements: list[Any], tree: Any) -> Iterator[str]:
    """Every type is a standard one, or mapped to one; standard types are not mapped elsewhere."""
    mapped = {str(kind): str(to) for kind, to in tree.get("/RoleMap", {}).items()}
    for kind in sorted({str(each["/S"]) for each in elements} - _STANDARD):
        steps, here = 0, kind
        while here not in _STANDARD and here in mapped and steps <= len(mapped):
            steps, here = steps + 1, mapped[here]
        if here not in _STANDARD:
            yield f"{'02-003' if steps > len(mapped) else '02-001'}: {kind} is no standard type"
    for kind in sorted(set(mapped) & _STANDARD):
        yield f"02-004: the standard type {kind} is mapped"


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
            yield f"31-027: page {number}: font {name} has no way back to Unicode"
        bottom = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = bottom.get("/FontDescriptor", {})
        if not any(key in descriptor for key in _EMBEDDED):
            yield f"31-009: page {number}: font {name} is not embedded"


def _painted(
    number: int, page: Any, reader: PdfReader, tagged: set[tuple[Any, int]]
) -> Iterator[str]:
    """Nothing is painted outside of marked content, and all of it belongs to the tree."""
    content, here = page.get_contents(), page.indirect_reference.idnum
    stack: list[str] = []
    for operands, operator in ContentStream(content, reader).operations:
        if operator in _OPENS:
            stack.append(str(operands[0]))
            yield from _nested(number, stack)
            said = operands[1] if len(operands) > 1 and isinstance(operands[1], dict) else {}
            if "/MCID" in said and (here, int(said["/MCID"])) not in tagged:
                yield f"01-005: page {number}: marked content {said['/MCID']} is in no element"
        elif operator == _CLOSES:
            stack.pop()
        elif operator in _PAINTING and not stack:
            yield f"01-005: page {number}: {operator.decode()} paints outside of tags"


def _nested(number: int, stack: list[str]) -> Iterator[str]:
    """Artifacts and tagged content do not stand in each other."""
    artifact = "/Artifact"
    if len(stack) > 1 and stack[-1] == artifact and set(stack[:-1]) - {artifact, "/Span"}:
        yield f"01-003: page {number}: an artifact inside of tagged content"
    if stack[-1] != artifact and artifact in stack[:-1]:
        yield f"01-004: page {number}: tagged content inside of an artifact"
