"""Two files of a course compared: by unit, by block, by language, by word."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from hanmadang.courses.editing import schema
from hanmadang.courses.editing.labels import block_title, label_of, question_title
from hanmadang.courses.editing.schema import Field
from hanmadang.courses.editing.texts import text_of
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.i18n import _

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
_TOKENS = re.compile(r"\s+|[^\s]+")
_UNIT = (*schema.UNIT, schema.SOURCES)
_APART = {"blocks", "questions", "slug"}

File = Mapping[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """Some words, and whether they are new, gone or neither."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that reads differently."""

    label: str
    language: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class PartChange:
    """A block, a question, or what stands around them."""

    title: str
    how: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What became of a unit."""

    place: str
    title: Bilingual
    how: str
    parts: tuple[PartChange, ...]


def compare(before: File, after: File) -> list[UnitChange]:
    """What a version changes, unit by unit in its own order; removed units stand last.

    The first entry is the course itself, with its modules, where they changed.
    """
    old, new = _units(before), _units(after)
    found = [_course(before, after)]
    for place, unit in new.items():
        found.append(_unit(place, old.get(place, {}), unit))
    found += [_unit(place, unit, {}) for place, unit in old.items() if place not in new]
    return [each for each in found if each.place or each.parts]


def _units(file: File) -> dict[str, File]:
    return {
        f"{module['slug']}/{unit['slug']}": unit
        for module in file.get("modules", ())
        for unit in module["units"]
    }


def _course(before: File, after: File) -> UnitChange:
    """The course's own words, and those of its modules."""
    old, new = ({k: v for k, v in each.items() if k != "modules"} for each in (before, after))
    parts = [_part(_("Course"), schema.HEAD, old, new)]
    was = {module["slug"]: _head(module) for module in before.get("modules", ())}
    now = {module["slug"]: _head(module) for module in after.get("modules", ())}
    for slug in dict.fromkeys((*now, *was)):
        name = text_of((now.get(slug) or was[slug]).get("title")).shown("ko").text
        title = _("Module: %(name)s", name=name)
        parts.append(_part(title, schema.MODULE, was.get(slug, {}), now.get(slug, {})))
    kept = tuple(part for part in parts if part.how != SAME)
    return UnitChange("", text_of(after.get("title")), CHANGED if kept else SAME, kept)


def _head(module: File) -> File:
    return {name: value for name, value in module.items() if name != "units"}


def _unit(place: str, before: File, after: File) -> UnitChange:
    how = _how(before, after)
    old, new = ({k: v for k, v in each.items() if k not in _APART} for each in (before, after))
    parts = [_part(_("About the unit"), _UNIT, old, new)]
    parts += _blocks(before.get("blocks", ()), after.get("blocks", ()))
    parts += _questions(before.get("questions", ()), after.get("questions", ()))
    kept = tuple(part for part in parts if part.how != SAME)
    return UnitChange(place, text_of((after or before).get("title")), how, kept)


def _how(before: Any, after: Any) -> str:
    if before == after:
        return SAME
    if not before:
        return ADDED
    return CHANGED if after else REMOVED


def _part(title: str, fields: Sequence[Field], before: File, after: File) -> PartChange:
    how = _how(before, after)
    changes = () if how == SAME else tuple(changes_of(fields, before, after))
    return PartChange(title, how, changes)


def _blocks(before: Sequence[File], after: Sequence[File]) -> Iterator[PartChange]:
    for position, old, new in _pairs(before, after):
        kind = str((new or old)["kind"])
        yield _part(block_title(position, kind), schema.block(kind), old, new)


def _pairs(before: Sequence[File], after: Sequence[File]) -> Iterator[tuple[int, File, File]]:
    """Blocks that stand for each other: the same ones, else those of a kind in their order."""
    was, now = ([json.dumps(each, sort_keys=True) for each in side] for side in (before, after))
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        old = list(before[i1:i2])
        for index in range(j1, j2):
            new = after[index]
            fitting = next((each for each in old if each["kind"] == new["kind"]), {})
            if fitting:
                old.remove(fitting)
            yield index + 1, fitting, new
        for each in old:
            yield before.index(each) + 1, each, {}


def _questions(before: Sequence[File], after: Sequence[File]) -> Iterator[PartChange]:
    old = {each["slug"]: each for each in before}
    new = {each["slug"]: each for each in after}
    for number, slug in enumerate(dict.fromkeys((*new, *old)), 1):
        kind = str((new.get(slug) or old[slug])["kind"])
        title = question_title(number, kind)
        yield _part(title, schema.question(kind), old.get(slug, {}), new.get(slug, {}))


def changes_of(fields: Sequence[Field], before: File, after: File) -> Iterator[Change]:
    """Every field of a part that reads differently, the new part's order first."""
    old, new = leaves(before), leaves(after)
    for path in dict.fromkeys((*new, *old)):
        was, now = old.get(path, ""), new.get(path, "")
        if was != now:
            language = str(path[-1]) if path[-1] in LANGUAGES else ""
            label = label_of(fields, after if path in new else before, path)
            yield Change(label, language, words(was, now))


def leaves(part: Any, path: Path = ()) -> dict[Path, str]:
    """Every text and value of a part by its path."""
    if isinstance(part, Mapping):
        if path and part.keys() & {"ko", "en"} and not part.keys() - {"source", "ko", "en"}:
            return _languages(part, path)
        rows: Any = part.items()
    elif isinstance(part, list | tuple):
        rows = enumerate(part)
    else:
        return {path: str(part)}
    found: dict[Path, str] = {}
    for name, value in rows:
        if name not in ("key", "slug", "kind"):
            found |= leaves(value, (*path, name))
    return found


def _languages(part: Mapping[str, Any], path: Path) -> dict[Path, str]:
    if not all(isinstance(part.get(name, ""), str | Mapping) for name in LANGUAGES):
        return {(*path, name): str(value) for name, value in part.items()}
    text = text_of(part)
    return {(*path, name): said for name in LANGUAGES if (said := text.get(name))}


def words(before: str, after: str) -> tuple[Segment, ...]:
    """What was taken out and put in, word by word."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    found: list[Segment] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Segment(SAME, "".join(new[j1:j2])))
            continue
        if i2 > i1:
            found.append(Segment(REMOVED, "".join(old[i1:i2])))
        if j2 > j1:
            found.append(Segment(ADDED, "".join(new[j1:j2])))
    return tuple(found)
