"""Two people saved the same unit: what each wrote, and one unit of both, as somebody chose.

Compared by field, texts by language. What only one of the two changed is theirs without asking.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hanmadang.courses.editing import schema
from hanmadang.courses.editing.difference import Segment, leaves, words
from hanmadang.courses.editing.labels import block_title, label_of, question_title
from hanmadang.courses.editing.schema import Field
from hanmadang.courses.editing.texts import text_of, written
from hanmadang.courses.editing.typed import Content
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual

MINE, THEIRS, BOTH = "mine", "theirs", "both"
_UNIT = (*schema.UNIT, schema.SOURCES)
_NAMED = {"blocks": "key", "questions": "slug"}


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that reads differently in the two."""

    place: str
    label: str
    language: str
    mine: str
    theirs: str
    segments: tuple[Segment, ...]
    """From theirs to mine."""
    usual: str
    """Who is right unless somebody chooses: whoever alone changed it."""
    joinable: bool
    """Whether both texts may stand one after the other."""


def clashes(base: Content, mine: Content, theirs: Content) -> list[Clash]:
    """Every place where the two differ."""
    return list(_clashes(base, mine, theirs))


def _clashes(base: Content, mine: Content, theirs: Content) -> Iterator[Clash]:
    sides = tuple(_flat(content) for content in (base, mine, theirs))
    names = _names(theirs) | _names(mine)
    for place in dict.fromkeys((*sides[1], *sides[2])):
        was, my, their = (side.get(place) for side in sides)
        if my != their:
            yield _clash(place, was, my, their, names)


def _clash(place: str, was: Any, mine: Any, theirs: Any, names: Mapping[str, Any]) -> Clash:
    part, _dot, field = _split(place)
    title, fields = names.get(part, ("", _UNIT))
    path = tuple(field.split(".")) if field else ()
    label = " · ".join(each for each in (title, label_of(fields, {}, path)) if each)
    texts = _said(mine), _said(theirs)
    language = path[-1] if path and path[-1] in LANGUAGES else ""
    return Clash(
        place, label, language, *texts, words(texts[1], texts[0]),
        usual=THEIRS if was == mine else MINE,
        joinable=bool(language and texts[0] and texts[1]),
    )  # fmt: skip


def _split(place: str) -> tuple[str, str, str]:
    """``blocks.k1`` and ``body.ko``; what stands around the blocks has no first half."""
    names = place.split(".")
    if names[0] not in _NAMED:
        return "", "", place
    return ".".join(names[:2]), ".", ".".join(names[2:])


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return "\n".join(leaves(value).values()) or str(value)


def _names(content: Content) -> dict[str, tuple[str, Sequence[Field]]]:
    """What blocks and questions are called, with their fields."""
    found: dict[str, tuple[str, Sequence[Field]]] = {}
    for number, block in enumerate(content.get("blocks", ()), 1):
        kind = str(block["kind"])
        found[f"blocks.{block['key']}"] = (block_title(number, kind), schema.block(kind))
    for number, each in enumerate(content.get("questions", ()), 1):
        kind = str(each["kind"])
        found[f"questions.{each['slug']}"] = (question_title(number, kind), schema.question(kind))
    return found


def _flat(content: Content) -> dict[str, Any]:
    """Each place that can be chosen, with what stands there."""
    found = _fields("", _UNIT, {k: v for k, v in content.items() if k not in _NAMED})
    for where, by in _NAMED.items():
        for part in content.get(where, ()):
            name = f"{where}.{part[by]}"
            kind = str(part["kind"])
            fields = schema.block(kind) if where == "blocks" else schema.question(kind)
            found[name] = {"kind": kind}
            found |= _fields(f"{name}.", fields, part)
    return found


def _fields(prefix: str, fields: Sequence[Field], part: Content) -> dict[str, Any]:
    how = {field.name: field.how for field in fields}
    found: dict[str, Any] = {}
    for name, value in part.items():
        if name in ("key", "slug", "kind"):
            continue
        if how.get(name) in (schema.As.TEXT, schema.As.BODY):
            text = text_of(value)
            found |= {f"{prefix}{name}.{lang}": text.get(lang) for lang in text.parts}
        else:
            found[f"{prefix}{name}"] = value
    return found


def merge(mine: Content, theirs: Content, chosen: Mapping[str, str]) -> Content:
    """Theirs, with what was chosen of mine in its places."""
    picks = {place: pick for place, pick in chosen.items() if pick in (MINE, BOTH)}
    merged = _part("", _UNIT, mine, theirs, picks)
    for where in _NAMED:
        merged[where] = _parts(where, mine, theirs, chosen)
    return merged


def _parts(where: str, mine: Content, theirs: Content, chosen: Mapping[str, str]) -> list[Content]:
    by = _NAMED[where]
    old = {part[by]: part for part in theirs.get(where, ())}
    new = {part[by]: part for part in mine.get(where, ())}
    order = list(old)
    for index, name in enumerate(new):
        if name not in old:
            order.insert(min(index, len(order)), name)
    parts = []
    for name in order:
        place = f"{where}.{name}"
        if name in old and name in new:
            kind = str(old[name]["kind"])
            fields = schema.block(kind) if where == "blocks" else schema.question(kind)
            parts.append(_part(f"{place}.", fields, new[name], old[name], chosen))
        elif (chosen.get(place) == MINE) == (name in new):
            parts.append(new.get(name) or old[name])
    return parts


def _part(
    prefix: str, fields: Sequence[Field], mine: Content, theirs: Content, picks: Mapping[str, str]
) -> Content:
    how = {field.name: field.how for field in fields}
    merged = dict(theirs)
    for name in dict.fromkeys((*mine, *theirs)):
        if name in _NAMED:
            continue
        if how.get(name) in (schema.As.TEXT, schema.As.BODY):
            text = _text(f"{prefix}{name}", mine.get(name), theirs.get(name), picks)
            merged[name] = written(text)
        elif picks.get(f"{prefix}{name}") == MINE:
            merged[name] = mine.get(name)
    return {name: value for name, value in merged.items() if value not in (None, {}, [])}


def _text(place: str, mine: Any, theirs: Any, picks: Mapping[str, str]) -> Bilingual:
    my, their = text_of(mine), text_of(theirs)
    text = their or Bilingual(my.source, {})
    for language in LANGUAGES:
        pick = picks.get(f"{place}.{language}")
        if pick == BOTH:
            text = text.with_text(language, f"{their.get(language)}\n\n{my.get(language)}")
        elif pick == MINE:
            parts = {name: part for name, part in text.parts.items() if name != language}
            kept = {language: my.parts[language]} if language in my.parts else {}
            text = Bilingual(text.source, parts | kept)
    return text
