"""Stored files by their names, whole or the part that a player asks for."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import Range

from hanmadang.kernel import media
from hanmadang.kernel.db import db
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.rooms import Room

room = Room("media", __name__)
_A_YEAR = 365 * 24 * 3600
_MOST_AT_ONCE = 4 * media.PART_BYTES
"""A player that asks for all the rest gets so much, and asks again (RFC 9110, 15.3.7)."""
_POLICY = "default-src 'none'; media-src 'self'; base-uri 'none'; frame-ancestors 'none'; sandbox"
"""Whatever a file says when somebody opens it alone: it runs nothing and asks nobody."""


@room.page("/media/<name>", needs=Permission.PUBLIC, localised=False)
def show(name: str) -> ResponseReturnValue:
    """A file; whoever knows its name has seen a page that shows it."""
    session, kind = db.session(), media.kind_named(name)
    size = media.sizes(session, [name]).get(name)
    if kind is None or size is None:
        abort(404)
    response = _answer(session, name, size)
    response.mimetype = kind.mimetype
    response.set_etag(name)
    response.accept_ranges = "bytes"
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    response.headers["Content-Disposition"] = "inline" if kind.is_played else "attachment"
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _answer(session: Session, name: str, size: int) -> Response:
    """The status and the body: nothing new, some bytes, or all of them."""
    if request.if_none_match.contains(name):
        return Response(status=304)
    wanted = request.range
    if wanted is None or not _is_one_piece(wanted) or request.if_range.etag not in {None, name}:
        return Response(media.content(session, name, 0, size))
    asked = wanted.range_for_length(size)
    if asked is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, stop = asked[0], min(asked[1], asked[0] + _MOST_AT_ONCE)
    said = {"Content-Range": f"bytes {start}-{stop - 1}/{size}"}
    return Response(media.content(session, name, start, stop), 206, said)


def _is_one_piece(wanted: Range) -> bool:
    """Whether that is what we cut: other units and several pieces are passed over, as HTTP says."""
    return wanted.units == "bytes" and len(wanted.ranges) == 1
