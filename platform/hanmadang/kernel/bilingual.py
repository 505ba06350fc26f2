"""Text in several languages, with the state of each translation.

A translation remembers a hash of the source it was made from. When the source changes later,
the translation is *stale*: it is still shown, with a badge, because an old sentence helps a
reader more than a hole.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LANGUAGES = ("ko", "en")


class TextState(StrEnum):
    """How far a person may rely on one language of a text."""

    DRAFT = "draft"
    MACHINE = "machine"
    REVIEWED = "reviewed"


class Note(StrEnum):
    """Why a badge stands beside a shown text; `PLAIN` means no badge."""

    PLAIN = ""
    STALE = "stale"
    MACHINE = "machine"
    OTHER_LANGUAGE = "other-language"


@dataclass(frozen=True, slots=True)
class Shown:
    """One language of a text, chosen for one reader."""

    text: str
    language: str
    note: Note = Note.PLAIN

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Translation:
    """One language of a text."""

    text: str
    state: TextState = TextState.REVIEWED
    source_hash: str = ""
    """Hash of the source text it was translated from; empty for the source itself."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in one or more languages; immutable, stored as one JSON column."""

    source: str = "ko"
    """The language in which the text was first written."""
    parts: Mapping[str, Translation] = field(default_factory=dict)
    _shown: dict[str, Shown] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, *, source: str = "ko", **texts: str) -> "Bilingual":
        """Reviewed text in the given languages: ``Bilingual.of(ko=…, en=…)``.

        Where the source language is absent, the first language given becomes the source.
        """
        given = {language: text for language, text in texts.items() if text}
        origin = source if source in given or not given else next(iter(given))
        mark = _hash(given.get(origin, ""))
        return cls(
            origin,
            {
                language: Translation(text, source_hash="" if language == origin else mark)
                for language, text in given.items()
            },
        )

    def with_text(
        self, language: str, text: str, state: TextState = TextState.REVIEWED
    ) -> "Bilingual":
        """A copy in which one language reads `text`; other languages may become stale."""
        before = self.parts.get(language)
        if text == self.get(language) and (before is None or state == before.state):
            return self
        mark = "" if language == self.source else _hash(self.get(self.source))
        parts = {**self.parts, language: Translation(text, state, mark)}
        return Bilingual(self.source, {key: part for key, part in parts.items() if part.text})

    def confirmed(self, language: str) -> "Bilingual":
        """A copy in which that translation fits the source as it reads now."""
        part = Translation(self.get(language), TextState.REVIEWED, _hash(self.get(self.source)))
        return Bilingual(self.source, {**self.parts, language: part})

    def get(self, language: str) -> str:
        """The text in exactly that language, or an empty string."""
        part = self.parts.get(language)
        return part.text if part else ""

    def is_stale(self, language: str) -> bool:
        """Whether the source changed after this translation was made."""
        part = self.parts.get(language)
        return bool(part and part.source_hash and part.source_hash != _hash(self.get(self.source)))

    def missing(self) -> tuple[str, ...]:
        """The house's languages in which this text does not exist yet."""
        return tuple(language for language in LANGUAGES if not self.get(language))

    def shown(self, language: str) -> Shown:
        """What a reader of `language` sees: that language, else the source, with its note."""
        found = self._shown.get(language)
        if found is None:
            found = self._shown[language] = self._choose(language)
        return found

    def _choose(self, language: str) -> Shown:
        part = self.parts.get(language)
        if part is None:
            return Shown(self.get(self.source), self.source, Note.OTHER_LANGUAGE)
        if self.is_stale(language):
            return Shown(part.text, language, Note.STALE)
        return Shown(part.text, language, Note.MACHINE if _is_machine(part) else Note.PLAIN)

    def __hash__(self) -> int:
        return hash((self.source, *self.parts.values()))

    def __bool__(self) -> bool:
        return any(part.text for part in self.parts.values())

    def to_json(self) -> dict[str, Any]:
        """The stored form: ``{"source": "ko", "ko": {"text": …}, "en": {…}}``."""
        stored: dict[str, Any] = {"source": self.source}
        for language, part in self.parts.items():
            stored[language] = {
                "text": part.text,
                "state": part.state.value,
                "of": part.source_hash,
            }
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Bilingual":
        """The inverse of `to_json`."""
        parts = {
            language: Translation(part["text"], TextState(part["state"]), part["of"])
            for language, part in stored.items()
            if language != "source"
        }
        return cls(stored.get("source", "ko"), parts)


def _is_machine(part: Translation) -> bool:
    return part.state is not TextState.REVIEWED


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else ""
