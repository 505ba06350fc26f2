"""A text of a draft: read leniently, changed by what was typed, its translation's state kept."""

from collections.abc import Mapping
from typing import Any

from hanmadang.courses.writing import write_text
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual, TextState, Translation

CHECKED = "ok"
"""The name of the box that says a translation was checked."""


def text_of(value: Any) -> Bilingual:
    """What stands in a draft, complete or not."""
    if not isinstance(value, Mapping):
        return Bilingual()
    if any(isinstance(value.get(language), Mapping) for language in LANGUAGES):
        return Bilingual.from_json(value)
    texts = {name: value[name] for name in LANGUAGES if isinstance(value.get(name), str)}
    return Bilingual.of(source=str(value.get("source", LANGUAGES[0])), **texts)


def written(text: Bilingual) -> dict[str, Any]:
    """The file form of a text; an empty one says nothing."""
    return write_text(text) if text else {}


def other(language: str) -> str:
    """The language a text in `language` is translated into."""
    return LANGUAGES[1] if language == LANGUAGES[0] else LANGUAGES[0]


def is_checked(text: Bilingual) -> bool:
    """Whether the translation can be relied on as the source reads now."""
    part = text.parts.get(other(text.source))
    return part is None or (
        part.state is TextState.REVIEWED and not text.is_stale(other(text.source))
    )


def changed(before: Bilingual, typed: Mapping[str, str], *, checked: bool) -> Bilingual:
    """The text after an author typed both languages and said whether they fit each other.

    A translation left alone while its source changed becomes stale, unless its author has just
    said that it was checked.
    """
    if not typed.get(before.source) or not before:
        fresh = Bilingual.of(**typed)
        return fresh if checked else _in_state(fresh, TextState.DRAFT)
    source, translation = before.source, other(before.source)
    after = before.with_text(source, typed[source])
    if typed.get(translation, "") != before.get(translation):
        state = TextState.REVIEWED if checked else TextState.DRAFT
        return after.with_text(translation, typed.get(translation, ""), state)
    if not after.get(translation):
        return after
    if checked and not is_checked(before):
        return after.confirmed(translation)
    return after if checked or not is_checked(before) else _in_state(after, TextState.DRAFT)


def confirmed(part: Any) -> Any:
    """A part of a draft as it is, every translation in it marked as checked."""
    if isinstance(part, list):
        return [confirmed(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    if not part.keys() & set(LANGUAGES):
        return {name: confirmed(value) for name, value in part.items()}
    text = text_of(part)
    return part if is_checked(text) else written(text.confirmed(other(text.source)))


def _in_state(text: Bilingual, state: TextState) -> Bilingual:
    """The same text, its translation in another state."""
    name = other(text.source)
    part = text.parts.get(name)
    if part is None:
        return text
    marked = Translation(part.text, state, part.source_hash)
    return Bilingual(text.source, {**text.parts, name: marked})
