"""Places in a picture: ``<hotspotInteraction>`` and ``<selectPointInteraction>``."""

from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.qti2.declared import Declared
from hanmadang.courses.exchange.questions import UnusableQuestionError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import LABEL, Work
from hanmadang.courses.exchange.xmltree import Node

_ELSEWHERE: File = {"ko": "다른 곳", "en": "Somewhere else"}


def spots(work: Work, node: Node, declared: Declared) -> File:
    """The body of a question about places in a picture."""
    picture, alt, width, height = _picture(work, node)
    shares = declared.shares()
    found: list[File] = []
    for number, each in enumerate(node.all("hotspotChoice"), 1):
        ident = each.attr("identifier")
        label = each.attr("hotspotLabel") or each.words() or ident or str(number)
        box = _box(work, each.attr("shape"), each.attr("coords"), width, height)
        right = shares.get(ident, 0.0) > 0
        found.append({"label": work.text(label, LABEL), **box, "correct": right})
    for number, (shape, coords, value) in enumerate(declared.areas, 1):
        box = _box(work, shape, coords, width, height)
        found.append({"label": work.text(f"{number}", LABEL), **box, "correct": value > 0})
    if len(found) == 1:  # a choice of one is none
        elsewhere = {"x": 0, "y": 0, "width": 0, "height": 0, "correct": False}
        found.append({"label": _ELSEWHERE, **elsewhere})
    if not any(spot["correct"] for spot in found):
        raise UnusableQuestionError
    return {"picture": picture, "alt": alt, "spots": found}


def _picture(work: Work, node: Node) -> tuple[str, File, float, float]:
    for each in node.all("object", "img"):
        src = each.attr("data", "src")
        words = each.attr("alt") or each.words()
        each.attr("type")
        try:
            width, height = float(each.attr("width")), float(each.attr("height"))
        except ValueError as error:
            raise UnusableQuestionError from error
        name = work.picture_name(src)
        if not name or not (0 < width < 1e5 and 0 < height < 1e5):  # noqa: PLR2004  (pixels)
            raise UnusableQuestionError(Reason.MISSING_FILE)
        if not words:
            work.report.changed("<object>", Reason.NO_ALT, src)
        return name, (work.text(words, LABEL) if words else {}), width, height
    raise UnusableQuestionError


def _box(work: Work, shape: str, coords: str, width: float, height: float) -> File:
    """The rectangle around a shape, in shares of the picture."""
    try:
        numbers = [float(each) for each in coords.replace(" ", ",").split(",") if each]
    except ValueError as error:
        raise UnusableQuestionError from error
    if shape == "circle" and len(numbers) == 3:  # noqa: PLR2004
        x, y, radius = numbers
        left, top, right, bottom = x - radius, y - radius, x + radius, y + radius
    elif shape == "ellipse" and len(numbers) == 4:  # noqa: PLR2004
        x, y, across, down = numbers
        left, top, right, bottom = x - across, y - down, x + across, y + down
    elif shape in {"rect", "poly"} and len(numbers) >= 4 and len(numbers) % 2 == 0:  # noqa: PLR2004
        xs, ys = numbers[::2], numbers[1::2]
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    elif shape == "default":
        left, top, right, bottom = 0.0, 0.0, width, height
    else:
        raise UnusableQuestionError
    if shape not in {"rect", "default"}:
        work.report.changed(f'shape="{shape}"', Reason.LAYOUT, coords)
    x1, x2 = (_share(each, width) for each in (left, right))
    y1, y2 = (_share(each, height) for each in (top, bottom))
    return {"x": x1, "y": y1, "width": round(x2 - x1, 6), "height": round(y2 - y1, 6)}


def _share(at: float, whole: float) -> float:
    return round(min(1.0, max(0.0, at / whole)), 6)
