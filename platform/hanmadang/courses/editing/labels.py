"""How a place in a unit is called, for complaints and comparisons."""

from collections.abc import Mapping, Sequence
from typing import Any

from hanmadang.courses.editing import schema
from hanmadang.courses.editing.schema import Field
from hanmadang.courses.editing.texts import text_of
from hanmadang.courses.models import BlockKind, QuestionKind, SignatureState, VersionState
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import LazyText, _, current_locale, lazy
from hanmadang.kernel.vocabulary import Competency, Topic

BLOCKS: Mapping[BlockKind, LazyText] = {
    BlockKind.TEXT: lazy("Lesson text"),
    BlockKind.PERSPECTIVES: lazy("Views side by side"),
    BlockKind.TABLE: lazy("Table"),
    BlockKind.IMAGE: lazy("Picture"),
    BlockKind.VIDEO: lazy("Video"),
    BlockKind.AUDIO: lazy("Audio"),
    BlockKind.DOCUMENT: lazy("Document"),
    BlockKind.TIMELINE: lazy("Timeline"),
    BlockKind.MAP: lazy("Map"),
    BlockKind.QUESTION: lazy("A question in this place"),
    BlockKind.REFLECTION: lazy("Something to think about"),
    BlockKind.EVENT: lazy("At the event"),
    BlockKind.POLL: lazy("Poll"),
}
QUESTIONS: Mapping[QuestionKind, LazyText] = {
    QuestionKind.ONE: lazy("One right answer"),
    QuestionKind.SEVERAL: lazy("Several right answers"),
    QuestionKind.TRUE_FALSE: lazy("True or false"),
    QuestionKind.NUMERIC: lazy("A number"),
    QuestionKind.SHORT: lazy("A few words"),
    QuestionKind.MATCHING: lazy("Matching"),
    QuestionKind.ORDERING: lazy("Putting in order"),
    QuestionKind.GAPS: lazy("Text with gaps"),
    QuestionKind.SPOTS: lazy("Places in a picture"),
}
USUAL: Mapping[str, tuple[str, ...]] = {
    "blocks": (BlockKind.TEXT, BlockKind.IMAGE, BlockKind.VIDEO),
    "questions": (QuestionKind.ONE, QuestionKind.SEVERAL),
}
"""What the editor offers first; every other kind is one press further."""
VERSIONS: Mapping[VersionState, LazyText] = {
    VersionState.DRAFT: lazy("Draft"),
    VersionState.IN_REVIEW: lazy("In review"),
    VersionState.RETURNED: lazy("Returned"),
    VersionState.APPROVED: lazy("Approved"),
    VersionState.PUBLISHED: lazy("Published"),
    VersionState.SUPERSEDED: lazy("Superseded"),
}
SIGNATURES: Mapping[SignatureState, LazyText] = {
    SignatureState.WAITING: lazy("Waiting for the signature"),
    SignatureState.SIGNED: lazy("Signed"),
    SignatureState.RETURNED: lazy("Returned"),
}
ACTS: Mapping[str, LazyText] = {
    "course.in_review": lazy("Handed in"),
    "course.approved": lazy("Approved: everybody has signed"),
    "course.returned": lazy("Sent back to the draft"),
    "course.withdrawn": lazy("Withdrawn by its authors"),
    "course.published": lazy("Published to learners"),
    "course.superseded": lazy("Superseded by a newer version"),
    "version.signed": lazy("Signed for an institution"),
    "version.returned": lazy("Returned for an institution"),
}
"""What the audit log calls the steps of a version."""
LANGUAGES: Mapping[str, LazyText] = {"ko": lazy("Korean"), "en": lazy("English")}
WORDS: Mapping[str, LazyText] = {
    **LANGUAGES,
    "minutes": lazy("Minutes"),
    "topics": lazy("Topics"),
    "teaches": lazy("What it teaches"),
    "needs": lazy("What must be known before"),
    "blocks": lazy("Parts of the lesson"),
    "questions": lazy("Quiz questions"),
    "quiz": lazy("Rules of the quiz"),
    "slug": lazy("Name in addresses"),
    "kind": lazy("Kind"),
    "competency": lazy("Competency"),
    "strength": lazy("Strength"),
}


def by_topic(
    topics: Sequence[Topic], competencies: Sequence[Competency]
) -> list[tuple[Bilingual, list[Competency]]]:
    """Competencies under the topics they belong to, in the topics' order."""
    found = [(t, [each for each in competencies if each.topic_code == t.code]) for t in topics]
    return [(topic.name, group) for topic, group in found if group]


def label_of(fields: Sequence[Field], part: Any, path: Sequence[str | int]) -> str:
    """The words for a path: ``Rows · Row 2 · 1 · Korean``; `fields` are those of the part."""
    words, found, row = list[str](), part, ""
    for each in path:
        if isinstance(each, int):
            words.append(f"{row} {each + 1}".strip())
            row = ""
        else:
            field = next((one for one in fields if one.name == each), None)
            words.append(str(field.label if field else WORDS.get(each, lazy("Text"))))
            row = str(field.row) if field and field.row else ""
            fields = (*_below(field), *fields) if field else fields
        found = _step(found, each)
        if isinstance(found, Mapping) and "kind" in found and isinstance(each, int):
            fields = (*schema.BODIES.get(_kind(found["kind"]), ()), *fields)
    return " · ".join(words)


def _below(field: Field) -> Sequence[Field]:
    return schema.QUIZ if field.name == "quiz" else field.parts


def _kind(name: Any) -> Any:
    return QuestionKind(name) if name in set(QuestionKind) else None


def _step(found: Any, part: str | int) -> Any:
    try:
        return found[part]
    except (LookupError, TypeError):
        return None


def block_title(position: int, kind: str) -> str:
    """What a block is called in a list."""
    name = BLOCKS[BlockKind(kind)] if kind in set(BlockKind) else lazy("Lesson text")
    return _("Part %(n)s: %(kind)s", n=position, kind=name)


def question_title(position: int, kind: str) -> str:
    """What a question is called in a list."""
    name = QUESTIONS[QuestionKind(kind)] if kind in set(QuestionKind) else lazy("Quiz question")
    return _("Question %(n)s: %(kind)s", n=position, kind=name)


NO_UNIT = lazy("A module needs at least one unit.")


def text_in(value: Any) -> str:
    """A text of a draft in the reader's language, to be named in a sentence."""
    return text_of(value).shown(current_locale()).text
