"""The words of a piece of our HTML, to be searched or compared."""

import re

from markupsafe import Markup

_BREAK = re.compile(
    r"<(?=/?(?:p|li|h[1-6]|t[dhr]|caption|div|section|br|dt|dd|figcaption|summary|option)\b)"
)


def plain_of(html: str) -> str:
    """The text, those of two paragraphs apart."""
    return Markup(_BREAK.sub(" <", html)).striptags()  # noqa: S704  (only to read its text)
