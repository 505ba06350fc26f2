"""Files to keep: what a browser is told so that it saves an answer under a name (RFC 6266)."""

import re
from urllib.parse import quote

from flask import Response

_NOT_PLAIN = re.compile(r'[^ -~]|["\\]')


def as_download(response: Response, name: str) -> Response:
    """The response, to be saved as `name`.

    Headers travel as Latin-1, so a name in Hangul stands percent-encoded beside a plain one for
    programs that know no other; plain WSGI servers fail on anything else.
    """
    said = f'attachment; filename="{_plain(name)}"'
    if _NOT_PLAIN.search(name):
        said += f"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = said
    return response


def _plain(name: str) -> str:
    if not _NOT_PLAIN.search(name):
        return name
    stem, dot, ending = name.rpartition(".")
    stem, ending = (_NOT_PLAIN.sub("", part) for part in (stem, ending))
    return f"{stem.strip('-. ') or 'hanmadang'}{dot}{ending}"
