"""Files as people upload them."""

from io import BytesIO
from typing import Any

from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112


def photograph(
    size: tuple[int, int] = (64, 48),
    kind: str = "JPEG",
    colour: Any = (200, 30, 30),
    **saving: Any,
) -> bytes:
    """A picture of one colour; `saving` goes to Pillow."""
    mode = "RGBA" if kind == "PNG" and len(colour) > 3 else "RGB"
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind, **saving)
    return out.getvalue()


def from_a_phone(size: tuple[int, int] = (64, 48)) -> bytes:
    """A photograph held upright, with the place it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera lay on its side
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (37.0, 57.0, 22.0)
    return photograph(size, exif=exif)
