"""Pictures of a source, drawn anew: the last thing before an import is whole."""

from typing import Any

from hanmadang.courses.exchange.imported import File, Format, Imported
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Note, Outcome
from hanmadang.kernel.pictures import UnusablePictureError, draw, redrawn


def draw_all(imported: Imported) -> None:
    """Draw every picture; what cannot be drawn is left out, and so is what shows it."""
    names: dict[str, str] = {}
    made: dict[str, bytes] = {}
    ours = imported.format is Format.OWN
    for name, data in imported.pictures.items():
        try:
            drawn = redrawn(data) if ours else draw(data)
        except (UnusablePictureError, MemoryError):
            imported.notes.append(Note(Outcome.LEFT, "<img>", "", Reason.PICTURE, name))
            continue
        names[name] = drawn.name
        made[drawn.name] = drawn.content
    gone = set(imported.pictures) - set(names)
    imported.pictures = made
    for unit in imported.units():
        _rename(unit, names, gone)


def _rename(unit: File, names: dict[str, str], gone: set[str]) -> None:
    unit["blocks"] = [_renamed(b, names) for b in unit["blocks"] if b.get("picture") not in gone]
    if "questions" in unit:
        questions = [q for q in unit["questions"] if q.get("picture") not in gone]
        left = {q["slug"] for q in unit["questions"]} - {q["slug"] for q in questions}
        unit["questions"] = [_renamed(each, names) for each in questions]
        unit["blocks"] = [b for b in unit["blocks"] if b.get("question") not in left]


def _renamed(part: dict[str, Any], names: dict[str, str]) -> File:
    picture = part.get("picture")
    return part | {"picture": names.get(picture, picture)} if picture else part
