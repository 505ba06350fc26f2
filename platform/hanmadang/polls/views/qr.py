"""QR codes as inline SVG; the one file that knows segno."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """`text` as a picture that scales with its box, dark on white in every theme."""
    picture = segno.make(text, error="m", micro=False)
    svg = picture.svg_inline(
        border=3, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(svg)  # noqa: S704 (drawn by segno; the text becomes squares)
