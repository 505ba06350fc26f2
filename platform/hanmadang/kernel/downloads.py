"""Files to keep: what a browser is told so that it saves an answer under a name (RFC 6266)."""

from urllib.parse import quote

from flask import Response


def as_download(response: Response, name: str) -> Response:
    """The response, to be saved as `name`.

    Headers travel as Latin-1, so a name in Hangul stands percent-encoded beside a plain one for
    programs that know no other; plain WSGI servers fail on anything else.
    """
    named = {"filename": name}
    if not (name.isascii() and name.isprintable()):
        stem, dot, ending = name.rpartition(".")
        named = {
            "filename": f"{_plain(stem) or 'hanmadang'}{dot}{ending}",
            "filename*": f"UTF-8''{quote(name, safe='')}",
        }
    response.headers.set("Content-Disposition", "attachment", **named)
    return response


def _plain(text: str) -> str:
    return "".join(each for each in text if " " <= each <= "~").strip("-. ")
