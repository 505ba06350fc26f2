"""Questions of a bank, by category: each category becomes a unit, so that nothing is lost.

What stands beside questions (descriptions, pictures, essays) stands as blocks in its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hanmadang.courses.editing.pace import reckoned
from hanmadang.courses.exchange.imported import File, Format, Imported
from hanmadang.courses.exchange.markup import Shown
from hanmadang.courses.exchange.questions import UnusableQuestionError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.settle import settled
from hanmadang.courses.exchange.work import TITLE, Work

QUESTIONS: File = {"ko": "문항", "en": "Questions"}
IMPORTED: File = {"ko": "가져온 문항", "en": "Imported questions"}


@dataclass(slots=True)
class Shelf:
    """A unit in the making."""

    title: File
    slug: str
    blocks: list[File] = field(default_factory=list)
    questions: list[File] = field(default_factory=list)
    quiz: File = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether anything is on it; questions that are drawn have no place among the blocks."""
        return bool(self.blocks or self.questions)

    def unit(self) -> File:
        """The unit's file form; how long it takes is guessed from what there is to read."""
        unit: File = {
            "slug": self.slug,
            "title": self.title,
            "minutes": reckoned(self.blocks, self.questions),
            "blocks": self.blocks,
        }
        if self.questions:
            unit["questions"] = self.questions
        if self.quiz:
            unit["quiz"] = self.quiz
        return unit

    def add(self, work: Work, question: File, shown: Sequence[Shown] = ()) -> None:
        """A question, behind the pictures that belong to it."""
        for each in shown:
            blocks = work.shown(each)
            if blocks:
                work.report.changed(f"<{each.tag}>", Reason.PICTURE_BESIDE, each.src)
            self.blocks += blocks
        self.questions.append(question)
        if not self.quiz.get("draw"):
            self.blocks.append({"kind": "question", "question": question["slug"]})

    def reflect(self, work: Work, construct: str, prompt: File, *names: str) -> None:
        """Something to think about, in place of a question that a person would have to mark."""
        slug = work.slug(*names, usual="reflection")
        self.blocks.append({"kind": "reflection", "slug": slug, "prompt": prompt})
        work.report.changed(construct, Reason.AS_REFLECTION, " ".join(prompt.values()))


@dataclass(slots=True)
class Bank:
    """All categories, in the order in which they were met."""

    work: Work
    name: str
    shelves: dict[str, Shelf] = field(default_factory=dict)
    at: str = ""

    @property
    def shelf(self) -> Shelf:
        """The category in which questions are put now."""
        if self.at not in self.shelves:
            title = self.work.text(self.at, TITLE) if self.at else QUESTIONS
            self.shelves[self.at] = Shelf(title, self.work.slug(self.at, usual="questions"))
        return self.shelves[self.at]

    def imported(self, format_: Format) -> Imported:
        """The whole as a course of one module."""
        units = [shelf.unit() for shelf in self.shelves.values() if shelf.holds]
        stem = self.name.rpartition("/")[2].rpartition(".")[0] or self.name or "bank"
        course: File = {
            "slug": self.work.slug(stem, usual="bank"),
            "position": 0,
            "title": self.work.text(stem, TITLE),
            "summary": {},
            "audience": {},
            "modules": [
                {"slug": "bank", "title": IMPORTED, "summary": IMPORTED, "units": units}
            ] if units else [],
        }  # fmt: skip
        return settled(self.work, format_, course, is_bank=True)


def question(  # noqa: PLR0913  (a question's parts, by name)
    work: Work,
    slug: str,
    kind: str,
    text: File | None,
    body: File,
    *,
    explanation: File | None = None,
    hints: Sequence[File] = (),
) -> File:
    """A question in its file form. Raises UnusableQuestionError without words to ask."""
    if not text:
        raise UnusableQuestionError
    file: File = {"slug": slug, "kind": kind, "competency": work.options.competency, "text": text}
    if explanation:
        file["explanation"] = explanation
    if hints:
        file["hints"] = list(hints)
    return file | body
