"""Which requests may carry a file, and how large: known from the path, before anything is read."""

import re

from hanmadang.kernel import media, pictures

IMPORT_BYTES = 48 * 1024 * 1024
"""A course of another system, with its pictures and films; our own archives are no larger."""
_MEDIA = re.compile(r"/desk/courses/(?:units/\d{1,10}/)?files$")
_IMPORTS = re.compile(r"/desk/courses/import$")


def most_bytes(path: str) -> int | None:
    """The largest file taken at that path; None where a request stays as small as a form."""
    if pictures.UPLOADS.search(path):
        return pictures.UPLOAD_BYTES
    if _MEDIA.search(path):
        return media.UPLOAD_BYTES
    return IMPORT_BYTES if _IMPORTS.search(path) else None


def is_for_pictures(path: str) -> bool:
    """Whether what that path takes is a picture."""
    return pictures.UPLOADS.search(path) is not None
