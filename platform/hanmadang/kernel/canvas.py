"""Pictures that the house draws itself: text in its own typeface, Hangul included, bars, a PNG.

The typeface is the one that pages load (`static/vendor`), in its 120 unchanged subsets: a style
sheet says which characters lie in which. Each is opened when one of its characters is first drawn.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

from hanmadang.paths import STATIC

_FOLDER = STATIC / "vendor" / "pretendard-gov"
_SHEET = _FOLDER / "pretendardvariable-gov-dynamic-subset.css"
_RULE = re.compile(r"url\(\./([^)]+)\).*?unicode-range:([^;]+);", re.DOTALL)
_RANGE = re.compile(r"U\+([0-9a-fA-F]+)(?:-([0-9a-fA-F]+))?")
_UNKNOWN = "\N{WHITE SQUARE}"
"""Stands for a character that the typeface does not have."""
_COLOURS = 64
"""Of the finished picture: enough for smooth letters, a third of the bytes."""
_drawing = threading.RLock()
"""An opened face is of one thread at a time."""


class Face:
    """The typeface in one size and weight."""

    def __init__(self, size: int, weight: int) -> None:
        self.size = size
        self.weight = weight

    def width(self, text: str) -> float:
        """How many pixels the text takes."""
        with _drawing:
            return sum(font.getlength(part) for font, part in self.runs(text))

    def runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        """The text in pieces that lie in one subset each."""
        known = "".join(each if ord(each) in _places() else _UNKNOWN for each in text)
        for name, part in groupby(known, lambda each: _places()[ord(each)]):
            yield _opened(name, self.size, self.weight), "".join(part)

    def lines(self, text: str, width: float, most: int) -> list[str]:
        """The text broken between words into at most `most` lines; a longer one is cut."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.width(longer) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [self._cut(line, width) for line in lines]

    def _cut(self, line: str, width: float) -> str:
        if self.width(line) <= width:
            return line
        fits = next(n for n in range(len(line) - 1, -1, -1) if self.width(f"{line[:n]}…") <= width)
        return f"{line[:fits].rstrip()}…"


class Canvas:
    """A white picture to draw on; corners are (left, top, right, bottom)."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width, height), "#fff")
        self._pen = ImageDraw.Draw(self._image)

    def bar(self, corners: tuple[float, float, float, float], colour: str, radius: int = 0) -> None:
        """A filled box."""
        self._pen.rounded_rectangle(corners, radius, colour)

    def text(
        self, place: tuple[float, float], text: str, face: Face, colour: str, *, ends: bool = False
    ) -> None:
        """One line, its baseline at `place`, which is its beginning or (`ends`) its end."""
        x, y = place
        with _drawing:
            x -= face.width(text) if ends else 0
            for font, part in face.runs(text):
                self._pen.text((x, y), part, fill=colour, font=font, anchor="ls")
                x += font.getlength(part)

    def column(
        self, place: tuple[float, float], lines: Sequence[str], face: Face, colour: str
    ) -> float:
        """Lines below each other from the first baseline; returns the next baseline."""
        x, y = place
        for line in lines:
            self.text((x, y), line, face, colour)
            y += face.size * 1.3
        return y

    def png(self) -> bytes:
        """The finished picture."""
        out = BytesIO()
        self._image.quantize(_COLOURS).save(out, "PNG", optimize=True)
        return out.getvalue()


@cache
def _places() -> dict[int, str]:
    """In which file each character lies."""
    return {
        code: name
        for name, ranges in _RULE.findall(_SHEET.read_text(encoding="utf-8"))
        for first, last in _RANGE.findall(ranges)
        for code in range(int(first, 16), int(last or first, 16) + 1)
    }


@lru_cache(maxsize=256)
def _opened(name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FOLDER / name, size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
