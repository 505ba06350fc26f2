"""Where to go after signing in: only to one of our own pages, however the address is dressed up."""

import re
from urllib.parse import unquote, urlsplit

from hanmadang.kernel.bilingual import LANGUAGES

_LONGEST = 2_000
_PAGE = re.compile(rf"/(?:{'|'.join(LANGUAGES)})(?:[/?][^\\]*)?")
_UNWRAPPINGS = 4


def safe_next(address: str | None) -> str:
    """`address` when it is a path of ours that starts with a language, else an empty string.

    An allow-list: whatever is not plainly ours, after any number of percent encodings, is not.
    """
    if not address or len(address) > _LONGEST:
        return ""
    text = address
    for _ in range(_UNWRAPPINGS):
        if not _is_ours(text):
            return ""
        before, text = text, unquote(text)
        if text == before:
            return address
    return ""


def _is_ours(text: str) -> bool:
    if not text.isprintable() or not _PAGE.fullmatch(text):
        return False
    path = urlsplit(text).path
    return "//" not in path and not {".", ".."} & set(path.split("/"))
