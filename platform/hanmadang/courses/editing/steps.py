"""One press in the editor: add a part or a row, move it, remove it. Works without script."""

import secrets
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hanmadang.courses.editing import schema
from hanmadang.courses.editing.schema import As, Field
from hanmadang.courses.editing.typed import MOST_ROWS, Content
from hanmadang.courses.models import BlockKind, QuestionKind

_BY = {"blocks": "key", "questions": "slug"}
_TRUE_FALSE = ({"ko": "그렇다", "en": "True"}, {"ko": "그렇지 않다", "en": "False"})


def new_key() -> str:
    """A name for a block, so that two people's work can be told apart."""
    return secrets.token_hex(4)


def step(content: Content, press: str) -> str:
    """Carry out a press; returns the place to look at next, empty where nothing was understood."""
    verb, _, rest = press.partition(":")
    if verb == "block" and rest in set(BlockKind):
        return _add_block(content, rest)
    if verb == "question" and rest in set(QuestionKind):
        return _add_question(content, rest)
    if verb == "add":
        return _add_row(content, *rest.partition(":")[::2])
    if verb in ("up", "down", "remove"):
        return _change(content, verb, rest)
    if verb == "open":
        return rest if _holder(content, f"{rest}.slug")[0] is not None else ""
    return ""


def copied(content: Mapping[str, Any]) -> Content:
    """The same content, to be changed."""
    return deepcopy(dict(content))


def show_file(content: Content, place: str, name: str) -> str:
    """Put a file's name into a part, or add a picture; returns the place to look at next."""
    above, _dot, last = place.rpartition(".")
    holder, _name = _holder(content, place) if above.count(".") == 1 else (None, "")
    if holder is None or last not in ("picture", "media"):
        above = _add_block(content, BlockKind.IMAGE)
        holder, last = content["blocks"][-1], "picture"
    holder[last] = name
    return above


def empty_part(fields: tuple[Field, ...]) -> Content:
    """A new part with its empty rows."""
    part: Content = {}
    for field in fields:
        if field.how in (As.PARTS, As.TEXTS) and field.rows:
            part[field.name] = [{} for _ in range(field.rows)]
        if field.how is As.GRID:
            part[field.name] = [[{}, {}] for _ in range(field.rows)]
    return part


def _add_block(content: Content, kind: str) -> str:
    blocks = content.setdefault("blocks", [])
    if len(blocks) >= MOST_ROWS:
        return ""
    block: Content = {"key": new_key(), "kind": kind} | empty_part(schema.block(kind))
    if kind == BlockKind.REFLECTION:
        block["slug"] = _free("r", {each.get("slug") for each in blocks})
    blocks.append(block)
    return f"blocks.{block['key']}"


def _add_question(content: Content, kind: str) -> str:
    questions = content.setdefault("questions", [])
    if len(questions) >= MOST_ROWS:
        return ""
    slug = _free("q", {each["slug"] for each in questions})
    question: Content = {"slug": slug, "kind": kind} | empty_part(schema.question(kind))
    if kind == QuestionKind.TRUE_FALSE:
        question["options"] = [{"label": dict(label), "correct": False} for label in _TRUE_FALSE]
    usual = [each.get("competency") for each in reversed(questions)]
    usual += [each["competency"] for each in content.get("teaches", ())]
    if known := [code for code in usual if code]:
        question["competency"] = known[0]
    questions.append(question)
    return f"questions.{slug}"


def free_slug(content: Content) -> str:
    """A name for one more question."""
    return _free("q", {each["slug"] for each in content.get("questions", ())})


def _free(letter: str, taken: set[Any]) -> str:
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def _add_row(content: Content, place: str, kind: str) -> str:
    holder, name = _holder(content, place)
    if holder is None:
        return ""
    rows = holder.setdefault(name, [])
    if not isinstance(rows, list) or len(rows) >= MOST_ROWS:
        return ""
    if name == "rows":
        rows.append([{} for _ in holder.get("head", ())])
    elif name == "gaps":
        gap = QuestionKind(kind) if kind in schema.GAPS else QuestionKind.SHORT
        rows.append({"kind": gap.value} | empty_part(schema.BODIES[gap]))
    else:
        rows.append({})
    if name == "head":
        for row in holder.get("rows", ()):
            row.append({})
    return f"{place}.{len(rows) - 1}"


def _holder(content: Content, place: str) -> tuple[Any, str]:
    """The table in which the last name of a place stands."""
    *way, name = place.split(".")
    found: Any = content
    try:
        for part in way:
            found = _inside(found, part)
    except (LookupError, ValueError, TypeError):
        return None, name
    return (found, name) if isinstance(found, dict) and name != "kind" else (None, name)


def _inside(found: Any, part: str) -> Any:
    if isinstance(found, list):
        return found[_index(found, part)]
    return found[part]


def _index(rows: list[Any], part: str) -> int:
    """A row by its number, or a block or question by its name. Raises LookupError."""
    for index, row in enumerate(rows):
        if isinstance(row, dict) and part in (row.get("key"), row.get("slug")):
            return index
    if not part.isdecimal() or int(part) >= len(rows):
        raise LookupError(part)
    return int(part)


def _change(content: Content, verb: str, place: str) -> str:
    """Move a row or a part by one place, or remove it."""
    above, _, last = place.rpartition(".")
    holder, name = _holder(content, above)
    rows = holder.get(name) if holder else None
    if not isinstance(rows, list):
        return ""
    try:
        index = _index(rows, last)
    except LookupError:
        return ""
    columns = holder.get("rows", ()) if name == "head" else ()
    for each in (rows, *columns):
        _shift(each, index, verb)
    if verb == "remove":
        return above
    to = max(index - 1, 0) if verb == "up" else min(index + 1, len(rows) - 1)
    return place if above in _BY else f"{above}.{to}"


def _shift(rows: list[Any], index: int, verb: str) -> None:
    if index >= len(rows):
        return
    row = rows.pop(index)
    if verb != "remove":
        rows.insert(max(index - 1, 0) if verb == "up" else index + 1, row)
