"""The last look at what was read: whatever would not be accepted later is named now.

Only what an author adds to a draft may be missing: the other language, competencies, transcripts,
words for pictures. Everything else is read as strictly as at publication; what does not fit is
left out and named, question by question and block by block.
"""

from typing import Any

from hanmadang.courses.exchange.imported import File, Format, Imported
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import Work
from hanmadang.courses.reading import CourseFileError, Table, read_block, read_question
from hanmadang.kernel.bilingual import LANGUAGES

_TEXTS = {"text", "explanation", "label", "feedback", "unit", "left", "right", "passage", "alt",
          "body", "title", "summary", "audience", "transcript", "captions", "caption", "credit",
          "heading", "prompt", "name", "note", "when", "what", "publisher"}  # fmt: skip
_LISTS = {"hints", "extra", "items", "head"}
_FILLER = "-"


def settled(work: Work, format_: Format, course: File, *, is_bank: bool = False) -> Imported:
    """The course without what could never be published, and the report of all that happened."""
    for module in course.get("modules", ()):
        for unit in module.get("units", ()):
            _settle(work, unit)
            if not unit["blocks"]:
                work.report.left("unit", Reason.EMPTY, _words(unit.get("title")))
        module["units"] = [unit for unit in module.get("units", ()) if unit.get("blocks")]
    course["modules"] = [module for module in course.get("modules", ()) if module["units"]]
    _only_what_is_shown(work, course)
    return Imported(
        format_,
        course,
        work.report.notes,
        work.pictures,
        work.media,
        is_bank,
        work.language,
    )


def _settle(work: Work, unit: File) -> None:
    work.report.place = _words(unit.get("title"))
    questions, gone = [], set()
    for question in unit.get("questions", ()):
        if _fits(work, question, read_question):
            questions.append(question)
        else:
            gone.add(str(question.get("slug")))
    blocks = [
        block
        for block in unit.get("blocks", ())
        if str(block.get("question")) not in gone and _fits(work, block, read_block)
    ]
    unit["blocks"] = blocks
    unit.pop("questions", None)
    if questions:
        unit["questions"] = questions
    draw = unit.get("quiz", {}).get("draw")
    if draw and draw > len(questions):
        unit["quiz"].pop("draw")
    if questions and not blocks:
        unit["blocks"] = [{"kind": "question", "question": q["slug"]} for q in questions]
        unit.get("quiz", {}).pop("draw", None)


def _fits(work: Work, part: File, read: Any) -> bool:
    try:
        read(Table(filled(part)))
    except CourseFileError as error:
        said = part.get("text") or part.get("body") or part.get("title")
        work.report.left(f"{part.get('kind')}: {error.place}", Reason.DOES_NOT_FIT, _words(said))
        return False
    return True


def filled(value: Any, key: str = "") -> Any:
    """The same with a filler wherever an author may still write."""
    if key in _TEXTS and isinstance(value, dict):
        return _text(value)
    if isinstance(value, dict):
        return {name: filled(each, name) for name, each in value.items()}
    if key in _LISTS and isinstance(value, list):
        return [_text(each) if isinstance(each, dict) else each for each in value]
    if isinstance(value, list):
        return [filled(each) for each in value]
    if key == "competency":
        return value or "any"
    return (value or 1) if key == "seconds" else value


def _text(text: File) -> File:
    if "source" in text:
        return text
    usual = next((each for each in text.values() if each), _FILLER)
    return {language: text.get(language) or usual for language in LANGUAGES}


def _words(text: object) -> str:
    if not isinstance(text, dict):
        return ""
    parts = [each["text"] if isinstance(each, dict) else str(each) for each in text.values()]
    return parts[0] if parts else ""


def _only_what_is_shown(work: Work, course: File) -> None:
    """Pictures and media that a part left out had brought along go with it."""
    named = {
        each[key]
        for module in course["modules"]
        for unit in module["units"]
        for each in (*unit["blocks"], *unit.get("questions", ()))
        for key in ("picture", "media")
        if key in each
    }
    for kept in (work.pictures, work.media):
        for name in [name for name in kept if name not in named]:
            del kept[name]
