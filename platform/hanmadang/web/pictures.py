"""Pictures by their names."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from hanmadang.kernel.db import db
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.pictures import Picture
from hanmadang.kernel.rooms import Room

room = Room("pictures", __name__)
_A_YEAR = 365 * 24 * 3600


@room.page("/pictures/<name>.webp", needs=Permission.PUBLIC, localised=False)
def show(name: str) -> ResponseReturnValue:
    """A picture; whoever knows its name has seen a page that shows it.

    The name follows from the content, so browsers and proxies may keep it for good.
    """
    picture = db.session().get(Picture, name)
    if picture is None:
        abort(404)
    response = Response(picture.content, mimetype="image/webp")
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    return response
