"""Everything that keeps a draft from being read as a version, each with the field it is about.

The strict reader stops at the first thing it dislikes. Here what it dislikes is replaced by
something harmless in a copy, and it reads again, until it has nothing more to say.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hanmadang.courses.editing import schema
from hanmadang.courses.editing.file import block_file, question_file, says_something, unit_file
from hanmadang.courses.editing.labels import block_title, label_of, question_title
from hanmadang.courses.models import QuestionKind
from hanmadang.courses.reading import (
    CourseFileError,
    Table,
    read_block,
    read_question,
    read_unit,
)
from hanmadang.kernel.i18n import LazyText

_MOST = 40
_WORD = {"ko": "x", "en": "x"}
_OPTIONS = [{"label": _WORD, "correct": True}, {"label": _WORD, "correct": False}]
_GAPS = {"passage": {"ko": "[[1]]", "en": "[[1]]"}}
_LISTS: Mapping[str, Any] = {
    "options": _OPTIONS,
    "answers": [{"low": 1, "high": 1}],
    "pairs": [{"left": _WORD, "right": _WORD}] * 2,
    "items": [_WORD] * 2,
    "views": [{"label": _WORD, "body": _WORD}] * 2,
    "head": [_WORD] * 2,
    "rows": [[_WORD] * 2],
    "moments": [{"when": _WORD, "what": _WORD}],
    "places": [{"name": _WORD, "note": _WORD, "latitude": 0, "longitude": 0}],
    "spots": [{"label": _WORD, "x": 0, "y": 0, "width": 1, "height": 1, "correct": True}] * 2,
    "gaps": [{"kind": "one", "options": _OPTIONS}],
}
_FILLERS = (_WORD, "x", 2000, 0.5, True, "0" * 32, "https://x", [_WORD] * 2)
_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

Path = list[str | int]


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong; `place` is the name of its field in the form."""

    place: str
    label: LazyText | str
    problem: LazyText


def of_unit(slug: str, content: Mapping[str, Any]) -> list[Complaint]:
    """What is wrong with a unit, in the order of its form."""
    return list(_of_unit(slug, content))


def _of_unit(slug: str, content: Mapping[str, Any]) -> Iterator[Complaint]:
    found = list(_of_head(slug, content))
    for number, block in enumerate(content.get("blocks", ()), 1):
        title = block_title(number, str(block.get("kind")))
        fields = schema.block(str(block.get("kind")))
        errors = _all(lambda value: read_block(Table(value)), block_file(block))
        place = f"blocks.{block['key']}"
        found += [_complaint(each, place, block, fields, title) for each in errors]
    for number, question in enumerate(content.get("questions", ()), 1):
        title = question_title(number, str(question.get("kind")))
        fields = schema.question(str(question.get("kind")))
        errors = _all(lambda value: read_question(Table(value)), question_file(question))
        place = f"questions.{question['slug']}"
        found += [_complaint(each, place, question, fields, title) for each in errors]
    yield from found
    if not found:
        for error in _all(lambda value: read_unit(Table(value)), unit_file(slug, content))[:1]:
            yield _complaint(error, "", content, _UNIT)


_UNIT = (*schema.UNIT, schema.SOURCES)


def _of_head(slug: str, content: Mapping[str, Any]) -> Iterator[Complaint]:
    """Everything but blocks and questions, which are harmless here."""
    file = unit_file(slug, content)
    file.pop("questions", None)
    file["quiz"] = {
        name: value for name, value in content.get("quiz", {}).items() if name != "draw"
    }
    file["blocks"] = [{"kind": "text", "body": _WORD}] if content.get("blocks") else []
    for error in _all(lambda value: read_unit(Table(value)), file):
        yield _complaint(error, "", content, _UNIT)


def of_question(question: Mapping[str, Any]) -> dict[str, list[LazyText]]:
    """What is wrong with one question, by place."""
    fields = schema.question(str(question.get("kind")))
    found: dict[str, list[LazyText]] = {}
    for error in _all(lambda value: read_question(Table(value)), question_file(question)):
        complaint = _complaint(error, f"questions.{question['slug']}", question, fields)
        found.setdefault(complaint.place, []).append(complaint.problem)
    return found


def of_head(file: Mapping[str, Any], read: Callable[[Any], object], fields: Any) -> list[Complaint]:
    """What is wrong with the first page of a course or module."""
    return [_complaint(error, "", file, fields) for error in _all(read, dict(file))]


def _all(read: Callable[[Any], object], value: Any) -> list[CourseFileError]:
    """Every complaint of a reader about a value, none about what it did not come to see."""
    copy, found = deepcopy(value), list[CourseFileError]()
    while len(found) < _MOST:
        error = _refused(read, copy)
        if error is None:
            return found
        found.append(error)
        if not _mended(read, copy, error.place):
            return found
    return found


def _refused(read: Callable[[Any], object], value: Any) -> CourseFileError | None:
    try:
        read(value)
    except CourseFileError as error:
        return error
    return None


def _mended(read: Callable[[Any], object], value: Any, place: str) -> bool:
    """Whether something was found that may stand in that place."""
    path = path_of(place)
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    fillers: tuple[Any, ...] = (_LISTS[name], *_FILLERS) if name in _LISTS else _FILLERS
    if name == "answers" and not _is_numeric(value, path[:-1]):
        fillers = ([{"text": "x"}],)
    if name in _WORD:
        fillers = ("[[1]]", "x", 1)
    for filler in fillers:
        if not _put(value, path, deepcopy(filler)):
            return False
        if name == "gaps" and isinstance(value, dict):
            value |= deepcopy(_GAPS)
        error = _refused(read, value)
        if error is None or error.place != place:
            return True
    return False


def _is_numeric(value: Any, path: Path) -> bool:
    """Whether a question, or a gap, asks for a number."""
    for part in path:
        value = value[part]
    return str(value.get("kind")) == QuestionKind.NUMERIC


def path_of(place: str) -> Path:
    """``rows[2][1].en`` as names and numbers from 0."""
    return [name or int(index) - 1 for name, index in _PART.findall(place)]


def _put(value: Any, path: Path, filler: Any) -> bool:
    try:
        for part in path[:-1]:
            value = value[part]
        value[path[-1]] = filler
    except (LookupError, TypeError):
        return False
    return True


def _complaint(
    error: CourseFileError,
    prefix: str,
    part: Mapping[str, Any],
    fields: Sequence[schema.Field],
    title: str = "",
) -> Complaint:
    path = _as_typed(part, path_of(error.place))
    place = ".".join(str(each) for each in ([prefix] if prefix else []) + path)
    words = [each for each in (title, label_of(fields, part, path)) if each]
    return Complaint(place, " · ".join(words), error.problem)


def _as_typed(part: Any, path: Path) -> Path:
    """The path in the form, where rows into which nothing was typed still stand."""
    way: Path = []
    found, named = part, ""
    for each in path:
        index = each
        if isinstance(each, int) and named and named != "head" and isinstance(found, list):
            kept = [n for n, row in enumerate(found) if says_something(row)]
            index = kept[each] if each < len(kept) else each
        way.append(index)
        named = each if isinstance(each, str) else ""
        found = _step(found, index)
    return way


def _step(found: Any, part: str | int) -> Any:
    try:
        return found[part]
    except (LookupError, TypeError):
        return None
