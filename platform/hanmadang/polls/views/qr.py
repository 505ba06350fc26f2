"""QR codes as inline SVG; the one file that knows segno."""

import segno
from markupsafe import Markup

from hanmadang.kernel.pages import external_url
from hanmadang.polls.queries import PollPage


def qr(page: PollPage) -> Markup:
    """The poll's address as a picture."""
    return qr_code(external_url("polls.join_short", code=page.code))


def qr_code(text: str) -> Markup:
    """`text` as a picture that scales with its box, dark on white in every theme."""
    picture = segno.make(text, error="m", micro=False)
    svg = picture.svg_inline(
        border=3, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(svg)  # noqa: S704 (drawn by segno; the text becomes squares)
