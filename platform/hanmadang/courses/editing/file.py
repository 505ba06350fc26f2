"""From a unit's draft to its file, and back: keys are for editors, empty rows for typing."""

from collections.abc import Mapping, Sequence
from typing import Any

from hanmadang.courses.editing import schema
from hanmadang.courses.editing.pace import reckoned
from hanmadang.courses.editing.schema import As, Field
from hanmadang.courses.editing.typed import Content


def unit_content(file: Mapping[str, Any]) -> Content:
    """A unit's file as a draft: its blocks get keys; its slug stands beside it."""
    content = {name: value for name, value in file.items() if name != "slug"}
    content["blocks"] = [
        {"key": f"b{number}", **block} for number, block in enumerate(file.get("blocks", ()), 1)
    ]
    return content


def unit_file(slug: str, content: Mapping[str, Any]) -> Content:
    """The file of a unit as it stands, complete or not; the way back of `unit_content`."""
    file: Content = {"slug": slug} | {name: value for name, value in content.items() if value}
    file["blocks"] = [block_file(block) for block in content.get("blocks", ())]
    if questions := content.get("questions"):
        file["questions"] = [question_file(question) for question in questions]
    file["minutes"] = reckoned(file["blocks"], questions or ()) | file.get("minutes", {})
    return file | tidied(content, (schema.SOURCES,))


def module_head(head: Mapping[str, Any], course: Mapping[str, Any], *, alone: bool) -> Content:
    """A module's title and summary; the only one of a course is about what the course is about."""
    if not alone or head.get("summary"):
        return dict(head)
    return {**head, "summary": course.get("summary", {})}


def block_file(block: Mapping[str, Any]) -> Content:
    """A block without its key and its empty rows."""
    fields = schema.block(str(block.get("kind")))
    whole = {name: value for name, value in block.items() if name != "key"}
    return whole | tidied(block, fields)


def question_file(question: Mapping[str, Any]) -> Content:
    """A question without its empty rows."""
    return dict(question) | tidied(question, schema.question(str(question.get("kind"))))


def tidied(part: Mapping[str, Any], fields: Sequence[Field]) -> Content:
    """The lists of a part without rows into which nothing was typed."""
    lists = (field for field in fields if field.how in (As.PARTS, As.TEXTS, As.GRID))
    return {field.name: _rows(field, part[field.name]) for field in lists if field.name in part}


def _rows(field: Field, rows: Any) -> Any:
    if not isinstance(rows, list) or field.name == "head":
        return rows
    kept = [row for row in rows if says_something(row)]
    if field.how is not As.PARTS:
        return kept
    return [row | tidied(row, schema.row_fields(field, str(row.get("kind", "")))) for row in kept]


def says_something(row: Any) -> bool:
    """Whether anything was typed: a box left unticked, or the kind of a gap, is nothing."""
    if isinstance(row, list):
        return any(says_something(cell) for cell in row)
    if isinstance(row, Mapping):
        return "kind" in row or any(says_something(value) for value in row.values())
    return bool(row)
