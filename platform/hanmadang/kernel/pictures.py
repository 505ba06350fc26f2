"""Pictures that people upload: made small, stripped of what a camera tells, kept by their content.

Whatever arrives is drawn anew, so neither the place a photograph was taken nor anything hidden
in a file reaches a page. Pictures are rows, not files: a backup holds them, several processes
see the same ones, and one is stored exactly when what refers to it is.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO

from PIL import ExifTags, Image
from sqlalchemy import LargeBinary, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import Base
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy

UPLOAD_BYTES = 8 * 1024 * 1024
"""The largest file taken: a photograph of a current phone, with room to spare."""
UPLOADS = re.compile(r"/pictures$")
"""Paths that take a file; everywhere else a request stays as small as a form."""
ADMITS = "hanmadang.admits"
"""The app's extension that tells, by a request's head, whether its sender may send a file."""
MOST_PIXELS = 50_000_000
"""Of a file before it is drawn; 50 megapixels take about 200 MB for a moment."""
LONGEST_EDGE = 1280
"""Pixels: sharp across a phone at any density, and across a third of a hall screen."""
_QUALITY = 80
_TURNS: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""How a camera was held. Only this is read: Pillow's own way writes all it read once more, and
fails on what many cameras and programs leave in a file."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class UnusablePictureError(DomainError):
    """The file is no picture that we can show."""

    status = 422
    text = lazy("This file cannot be used. Please choose a JPEG, PNG, WebP or GIF picture.")


class TooLargePictureError(UnusablePictureError):
    """The picture has more pixels than we open."""

    text = lazy("This picture is too large. Please make it smaller and try again.")


class Picture(Base):
    """A picture as it is shown. Never changed: another picture has another name."""

    __tablename__ = "picture"

    name: Mapped[str] = mapped_column(primary_key=True)
    """The first 128 bits of the SHA-256 of `content`, in hex."""
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """WebP."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture made ready to be shown."""

    name: str
    width: int
    height: int
    content: bytes


def draw(upload: bytes) -> Drawn:
    """The picture in a file, upright, at most `LONGEST_EDGE` long, without its metadata.

    Raises UnusablePictureError, TooLargePictureError.
    """
    try:
        with Image.open(BytesIO(upload), formats=_FORMATS) as opened:
            plain = _plain(opened)
    except UnusablePictureError:
        raise
    except Exception as error:  # broken files lead to whatever there is
        raise UnusablePictureError from error
    plain.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    out = BytesIO()
    plain.save(out, "WEBP", quality=_QUALITY)
    content = out.getvalue()
    name = hashlib.sha256(content).hexdigest()[:32]
    return Drawn(name, plain.width, plain.height, content)


def redrawn(content: bytes) -> Drawn:
    """A picture that was drawn here once, as it comes back from outside: its bytes are kept.

    Anything that `draw` does not write (a larger picture, metadata, bytes behind the end) is drawn
    anew. Raises UnusablePictureError.
    """
    try:
        with Image.open(BytesIO(content), formats=("WEBP",)) as opened:
            opened.load()
            told = {"exif", "icc_profile", "xmp"} & set(opened.info)
            size, frames = opened.size, getattr(opened, "n_frames", 1)
    except Exception:  # noqa: BLE001  (broken files lead to whatever there is)
        return draw(content)
    whole = int.from_bytes(content[4:8], "little") + 8 == len(content)
    if told or frames != 1 or not whole or max(size) > LONGEST_EDGE:
        return draw(content)
    return Drawn(hashlib.sha256(content).hexdigest()[:32], *size, content)


def _plain(opened: Image.Image) -> Image.Image:
    """The pixels alone, upright."""
    if opened.width * opened.height > MOST_PIXELS:
        raise TooLargePictureError
    opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # JPEG: decode no more than needed
    turn = _TURNS.get(opened.getexif().get(ExifTags.Base.Orientation))
    upright = opened if turn is None else opened.transpose(turn)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def keep(session: Session, drawn: Drawn) -> str:
    """Store a picture unless it is there; returns its name."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(Picture).values(**asdict(drawn)).on_conflict_do_nothing())
    return drawn.name


def address_of(name: str) -> str:
    """A picture's whole address, for data that leaves the house."""
    return f"{settings().base_url.rstrip('/')}/pictures/{name}.webp"


def discard(session: Session, name: str) -> None:
    """Remove a picture unless something still refers to it."""
    try:
        with session.begin_nested():
            session.execute(delete(Picture).where(Picture.name == name))
    except IntegrityError:  # another room shows it
        return
