"""Small drawings for the sample poll with pictures: flat shapes, made when the sample is loaded."""

from collections.abc import Callable, Mapping
from io import BytesIO

from PIL import Image, ImageDraw

_WIDTH, _HEIGHT = 640, 480
_FINE = 2
"""Drawn so many times larger, then reduced: the edges come out smooth."""
_SKY, _GROUND, _LEAF, _BARK = "#dcecf7", "#cfe3c4", "#4d8a57", "#7a5a3e"
_WALL, _ROOF, _GLASS, _DARK = "#f4ead9", "#b5543f", "#8fb7cf", "#3f4a5a"
_WATER, _SUN, _PAPER = "#6fa6cc", "#f2c14e", "#ffffff"


class _Pen:
    """Draws in pixels of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (_WIDTH * _FINE, _HEIGHT * _FINE), _SKY)
        self._draw = ImageDraw.Draw(self.image)

    def box(self, left: int, top: int, right: int, bottom: int, colour: str) -> None:
        self._draw.rectangle(self._fine(left, top, right, bottom), fill=colour)

    def disc(self, x: int, y: int, radius: int, colour: str) -> None:
        around = self._fine(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(around, fill=colour)

    def shape(self, colour: str, *corners: int) -> None:
        self._draw.polygon(self._fine(*corners), fill=colour)

    def png(self) -> bytes:
        out = BytesIO()
        small = self.image.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS)
        small.save(out, "PNG")
        return out.getvalue()

    @staticmethod
    def _fine(*places: int) -> list[int]:
        return [place * _FINE for place in places]


def _forest(pen: _Pen) -> None:
    pen.disc(540, 80, 42, _SUN)
    pen.box(0, 290, _WIDTH, _HEIGHT, _GROUND)
    for x, size in ((110, 70), (250, 95), (400, 80), (530, 62)):
        pen.box(x - 9, 300 - size, x + 9, 320, _BARK)
        pen.shape(_LEAF, x - size, 300 - size // 3, x + size, 300 - size // 3, x, 300 - 3 * size)
    pen.box(180, 332, 330, 342, _BARK)
    pen.box(196, 342, 206, 370, _BARK)
    pen.box(304, 342, 314, 370, _BARK)


def _station(pen: _Pen) -> None:
    pen.box(0, 300, _WIDTH, _HEIGHT, "#b9b4aa")
    pen.box(90, 150, 550, 300, _WALL)
    pen.shape(_ROOF, 70, 150, 570, 150, 320, 50)
    pen.disc(320, 118, 26, _PAPER)
    pen.box(317, 100, 323, 120, _DARK)
    pen.box(317, 115, 337, 121, _DARK)
    for x in (130, 210, 390, 470):
        pen.box(x, 185, x + 44, 255, _GLASS)
    pen.box(290, 200, 350, 300, _DARK)
    for top in (335, 370):
        pen.box(0, top, _WIDTH, top + 6, _DARK)


def _library(pen: _Pen) -> None:
    pen.box(0, 0, _WIDTH, _HEIGHT, _WALL)
    pen.box(0, 340, _WIDTH, _HEIGHT, _BARK)
    books = (_ROOF, _GLASS, _LEAF, _SUN, _DARK)
    for row, floor in enumerate((130, 235, 340)):
        pen.box(60, floor, 580, floor + 12, _BARK)
        for place in range(14):
            height = 62 + 13 * ((place * 3 + row) % 3)
            left = 74 + place * 36
            pen.box(left, floor - height, left + 26, floor, books[(place + row * 2) % 5])


def _river(pen: _Pen) -> None:
    pen.disc(120, 90, 42, _SUN)
    pen.shape(_LEAF, 0, 250, 170, 130, 340, 250)
    pen.shape("#6a9f70", 230, 250, 430, 110, _WIDTH, 250)
    pen.box(0, 245, _WIDTH, 345, _WATER)
    pen.box(0, 345, _WIDTH, _HEIGHT, _GROUND)
    pen.box(0, 200, _WIDTH, 214, _DARK)
    for x in (90, 240, 390, 540):
        pen.box(x, 214, x + 18, 300, _DARK)
    for x, y in ((150, 280), (330, 310), (470, 275)):
        pen.box(x, y, x + 70, y + 5, _PAPER)


_ALL: Mapping[str, Callable[[_Pen], None]] = {
    "forest": _forest,
    "station": _station,
    "library": _library,
    "river": _river,
}


def png(name: str) -> bytes:
    """The drawing of that name, as a file somebody might upload."""
    pen = _Pen()
    _ALL[name](pen)
    return pen.png()
