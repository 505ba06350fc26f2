"""What a course needs of stored files: all of them there, and its captions kept."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.blocks import files
from hanmadang.courses.blocks.files import Files
from hanmadang.courses.specs import BlockSpec, CourseSpec
from hanmadang.kernel import media
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.pictures import Picture


class MissingFileError(DomainError):
    """The course shows pictures or files that were never uploaded."""

    status = 422

    def __init__(self, names: Iterable[str]) -> None:
        listed = ", ".join(sorted(names))
        super().__init__(listed, text=lazy("Not uploaded yet: %(names)s", names=listed))


def files_for(session: Session, spec: CourseSpec) -> Files:
    """What is known of every file the course names, captions stored. Raises MissingFileError."""
    blocks = [block for unit in spec.units() for block in unit.blocks]
    found = known_files(session, blocks)
    missing = (files.pictures_of(blocks) - set(found.pictures)) | (
        files.media_of(blocks) - set(found.sizes)
    )
    if missing:
        raise MissingFileError(missing)
    for caption in files.captions_of(blocks):
        media.keep(session, media.ready(caption))
    return found


def known_files(session: Session, blocks: Iterable[BlockSpec]) -> Files:
    """What is stored of the pictures and files that blocks name; for a preview, as it is."""
    listed = list(blocks)
    named = select(Picture.name, Picture.width, Picture.height).where(
        Picture.name.in_(files.pictures_of(listed))
    )
    pictures = {name: (width, height) for name, width, height in session.execute(named)}
    return Files(pictures, media.sizes(session, files.media_of(listed)))
