"""Questions of the bank as a course of one module: a unit for each thing that they ask for."""

from collections.abc import Iterable, Mapping
from typing import Any

from hanmadang.courses.editing.pace import reckoned
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.writing import write_text
from hanmadang.kernel.bilingual import Bilingual

TITLE: File = {"ko": "문제 은행", "en": "Question bank"}
Entry = tuple[int, Bilingual, Mapping[str, Any]]
"""Its number in the bank, what it asks for, its file form."""


def as_course(entries: Iterable[Entry]) -> File:
    """The entries in the order given, under what they ask for; each is named by its number."""
    units: dict[str, File] = {}
    for number, asked_for, content in entries:
        question = dict(content) | {"slug": f"question-{number}"}
        code = str(content["competency"])
        empty = {"slug": code, "title": write_text(asked_for), "blocks": [], "questions": []}
        unit = units.setdefault(code, empty)
        unit["questions"].append(question)
        unit["blocks"].append({"kind": "question", "question": question["slug"]})
    for unit in units.values():
        unit["minutes"] = reckoned(unit["blocks"], unit["questions"])
    module = {"slug": "bank", "title": TITLE, "summary": TITLE, "units": list(units.values())}
    return {
        "slug": "question-bank",
        "position": 0,
        "title": TITLE,
        "summary": TITLE,
        "audience": TITLE,
        "modules": [module] if units else [],
    }
