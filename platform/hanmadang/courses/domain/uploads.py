"""Keeping what an author uploads for lessons."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hanmadang.courses.captions import problem_in
from hanmadang.kernel import audit, media, pictures
from hanmadang.kernel.errors import RefusedError
from hanmadang.kernel.media import Ready, UnusableFileError
from hanmadang.kernel.permissions import Permission, Viewer
from hanmadang.kernel.pictures import Drawn, UnusablePictureError


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lessons may name."""

    name: str
    address: str
    is_picture: bool


def prepared(upload: bytes) -> Ready | Drawn:
    """What was uploaded, made ready to be stored: before anything is locked.

    Raises UnusableFileError, TooLargeFileError, UnusablePictureError.
    """
    kind = media.kind_of(upload)
    if kind is None:
        try:
            return pictures.draw(upload)
        except UnusablePictureError as error:
            raise UnusableFileError from error
    if kind.ending == "vtt" and (problem := problem_in(upload.decode(errors="replace").strip())):
        raise UnusableFileError(text=problem)
    return media.ready(upload)


def keep_file(session: Session, actor: Viewer, file: Ready | Drawn) -> Kept:
    """Store it unless it is there, and note who brought it. Raises RefusedError."""
    if not actor.may(Permission.COURSES_AUTHOR):
        raise RefusedError
    if isinstance(file, Drawn):
        name = pictures.keep(session, file)
        kept = Kept(name, f"/pictures/{name}.webp", is_picture=True)
    else:
        name = media.keep(session, file)
        kept = Kept(name, media.path_of(name), is_picture=False)
    audit.record(session, actor, "course.file_kept", kind="file", id=name)
    return kept
