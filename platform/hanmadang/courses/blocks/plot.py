"""Where places lie to one another: a small drawing beside their table, without any outside map."""

import math
from collections.abc import Sequence

from markupsafe import Markup

_SIDE = 240
_EDGE = 28
_SMALLEST = 0.02
"""Degrees shown at least, about two kilometres: two places at one spot still make a drawing."""
_SVG = Markup(
    '<svg class="places__plot" viewBox="0 0 {0} {0}" aria-hidden="true" focusable="false">'
    '<rect width="{0}" height="{0}" rx="8" class="places__ground"/>'
    '<path d="M16 34V12m-5 6 5-6 5 6" class="places__north"/>{1}</svg>'
)
_POINT = Markup(
    '<circle cx="{0}" cy="{1}" r="11" class="places__dot"/>'
    '<text x="{0}" y="{2}" text-anchor="middle" class="places__label">{3}</text>'
)


def drawn(places: Sequence[tuple[float, float]]) -> Markup:
    """Numbered points (latitude, longitude), north above; distances alike in all directions."""
    points = Markup().join(
        _POINT.format(x, y, y + 4, number) for number, (x, y) in enumerate(laid_out(places), 1)
    )
    return _SVG.format(_SIDE, points)


def laid_out(places: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Pixels from the upper left corner; places far east stay beside those across day's border."""
    middle = sum(latitude for latitude, _ in places) / len(places)
    first = places[0][1]
    narrow = max(math.cos(math.radians(middle)), 0.01)
    flat = [
        (((longitude - first + 180) % 360 - 180) * narrow, latitude)
        for latitude, longitude in places
    ]
    west, east = min(x for x, _ in flat), max(x for x, _ in flat)
    south, north = min(y for _, y in flat), max(y for _, y in flat)
    scale = (_SIDE - 2 * _EDGE) / max(east - west, north - south, _SMALLEST)
    centre = _SIDE / 2
    return [
        (
            round(centre + (x - (west + east) / 2) * scale),
            round(centre - (y - (south + north) / 2) * scale),
        )
        for x, y in flat
    ]
