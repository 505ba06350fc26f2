"""Reading a file's tables strictly: every complaint names the place, and the language.

Places count from 1, as people do: ``modules[2].units[1].blocks[3].body.en``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from hanmadang.kernel.bilingual import LANGUAGES, Bilingual, TextState, Translation
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.ids import SLUG_LENGTH
from hanmadang.kernel.text import UnusableTextError, clean

E = TypeVar("E", bound=StrEnum)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9-]*(\s[^<>]*)?/?|!--.*?--)>", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]]*\]\(")


Check = Callable[[str], LazyText | None]
"""What is wrong with a text, if anything is."""


def markup_in(text: str) -> LazyText | None:
    """HTML and pictures, which no text of a course holds."""
    if _TAG.search(text) or _IMAGE.search(text):
        return lazy("HTML and pictures are not allowed; please use Markdown")
    return None


class CourseFileError(DomainError):
    """A course file cannot be published as it stands; `place` says where it is wrong."""

    status = 422

    def __init__(self, place: str, problem: LazyText) -> None:
        self.place = place
        self.problem = problem
        text = lazy("%(place)s: %(problem)s", place=place, problem=problem)
        super().__init__(place, text=text)

    def __str__(self) -> str:
        return str(self.text)


class Table:
    """One table of the file; every key must be read, or `finish` complains about it."""

    def __init__(self, value: object, place: str = "") -> None:
        """Raises CourseFileError when `value` is not a table."""
        self.place = place
        if not isinstance(value, Mapping):
            self.refuse("", lazy("a table is expected here"))
        self._rest: dict[str, Any] = dict(value)

    def refuse(self, key: str, problem: LazyText) -> NoReturn:
        """Raise CourseFileError for `key` of this table."""
        raise CourseFileError(self.at(key), problem)

    def at(self, key: str) -> str:
        """The place of `key`."""
        return ".".join(part for part in (self.place, key) if part)

    def finish(self) -> None:
        """Raises CourseFileError when the file says something nobody reads."""
        for key in sorted(self._rest):
            self.refuse(key, lazy("this name is not known here"))

    def take(self, key: str) -> Any:
        """The raw value; raises CourseFileError when there is none."""
        if key not in self._rest:
            self.refuse(key, lazy("this is missing"))
        return self._rest.pop(key)

    def has(self, key: str) -> bool:
        """Whether the file says anything under `key`; an empty value is dropped."""
        if self._rest.get(key):
            return True
        self._rest.pop(key, None)
        return False

    def said(self, key: str) -> bool:
        """Whether the file says anything under `key`, be it 0 or false."""
        return key in self._rest

    def slug(self, key: str) -> str:
        """A lower-case word that can stand in an address."""
        value = self.take(key)
        if value == "":
            self.refuse(key, lazy("this is missing"))
        if not isinstance(value, str) or not _SLUG.fullmatch(value) or len(value) > SLUG_LENGTH:
            self.refuse(key, lazy("only lower-case letters, digits and hyphens, at most 60"))
        return value

    def integer(self, key: str, low: int) -> int:
        """A whole number of at least `low`."""
        value = self.take(key)
        if type(value) is not int or value < low:
            self.refuse(key, lazy("a whole number of at least %(low)s is expected", low=low))
        return value

    def share(self, key: str) -> float:
        """A number above 0, at most 1."""
        value = self.take(key)
        if type(value) not in {int, float} or not 0 < value <= 1:
            self.refuse(key, lazy("a number above 0 and at most 1 is expected"))
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            self.refuse(key, lazy("true or false is expected"))
        return value

    def kind(self, key: str, kinds: type[E]) -> E:
        """One of the enum's values."""
        value = self.take(key)
        if not isinstance(value, str) or value not in set(kinds):
            self.refuse(key, lazy("one of these is expected: %(names)s", names=", ".join(kinds)))
        return kinds(value)

    def address(self, key: str) -> str:
        """A web address, or nothing."""
        if not self.has(key):
            return ""
        value = self.take(key)
        if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s<>\"]+", value):
            self.refuse(key, lazy("a web address (https://…) is expected"))
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        value = self.take(key)
        if type(value) not in {int, float} or not low <= value <= high:
            self.refuse(
                key, lazy("a number from %(low)s to %(high)s is expected", low=low, high=high)
            )
        return float(value)

    def line(self, key: str, most: int = 200) -> str:
        """One text for every language, such as a name or a code."""
        return self.one_language(key, most)

    def text(self, key: str, most: int = 20_000, check: Check = markup_in) -> Bilingual:
        """A text in every language of the house, at most `most` characters in each.

        Plain ``{ko = "…", en = "…"}`` is Korean text with a checked translation; what
        `Bilingual.to_json` writes keeps its source and the state of each translation. `check`
        says what else is wrong with a language of it.
        """
        texts = Table(self.take(key), self.at(key))
        source = texts.line("source") if texts.has("source") else LANGUAGES[0]
        if source not in LANGUAGES:
            texts.refuse(
                "source", lazy("one of these is expected: %(names)s", names=", ".join(LANGUAGES))
            )
        parts = {language: texts.translation(language, most, check) for language in LANGUAGES}
        texts.finish()
        if any(part.source_hash for part in parts.values()):
            return Bilingual(source, parts)
        return Bilingual.of(source=source, **{name: part.text for name, part in parts.items()})

    def translation(self, language: str, most: int, check: Check = markup_in) -> Translation:
        """One language of a text, with its state where the file says it."""
        value = self._rest.get(language)
        if not isinstance(value, Mapping):
            return Translation(self.one_language(language, most, check))
        stored = Table(self.take(language), self.at(language))
        part = Translation(
            stored.one_language("text", most, check),
            stored.kind("state", TextState),
            stored.line("of", 12) if stored.has("of") else "",
        )
        stored.finish()
        return part

    def one_language(self, language: str, most: int, check: Check = markup_in) -> str:
        """One language of a text: not empty, not too long, and nothing wrong for `check`."""
        value = self.take(language)
        if not isinstance(value, str) or not value.strip():
            self.refuse(language, lazy("a text is missing in this language"))
        try:
            text = clean(value).strip()
        except UnusableTextError:
            self.refuse(language, lazy("the text holds a character that cannot be stored"))
        if len(text) > most:
            self.refuse(language, lazy("at most %(n)s characters fit here", n=most))
        if problem := check(text):
            self.refuse(language, problem)
        return text

    def tables(self, key: str, least: int = 0) -> list["Table"]:
        """A list of tables, at least `least` of them."""
        places = self._list(key, least)
        return [Table(value, place) for place, value in places]

    def slugs(self, key: str) -> tuple[str, ...]:
        """A list of codes, none twice."""
        codes = tuple(Table({place: code}).slug(place) for place, code in self._list(key, 0))
        self.unique(key, codes)
        return codes

    def texts(self, key: str, least: int) -> tuple[Bilingual, ...]:
        """A list of texts."""
        return tuple(_text_at(place, value) for place, value in self._list(key, least))

    def text_rows(self, key: str, width: int) -> tuple[tuple[Bilingual, ...], ...]:
        """A list of rows of texts, each `width` wide."""
        return tuple(_row_at(place, value, width) for place, value in self._list(key, 1))

    def unique(self, key: str, names: Iterable[str]) -> None:
        """Raises CourseFileError when a name stands there twice."""
        seen: set[str] = set()
        for name in names:
            if name in seen:
                self.refuse(key, lazy("%(name)s stands here twice", name=name))
            seen.add(name)

    def _list(self, key: str, least: int) -> list[tuple[str, Any]]:
        value = self.take(key) if self.has(key) or least else []
        if not isinstance(value, list) or len(value) < least:
            self.refuse(key, lazy("a list of at least %(n)s is expected", n=least))
        return [(f"{self.at(key)}[{number}]", item) for number, item in enumerate(value, 1)]


def _text_at(place: str, value: object) -> Bilingual:
    return Table({place: value}).text(place)


def _row_at(place: str, value: object, width: int) -> tuple[Bilingual, ...]:
    if not isinstance(value, list) or len(value) != width:
        raise CourseFileError(place, lazy("a row of %(n)s cells is expected", n=width))
    return tuple(_text_at(f"{place}[{number}]", cell) for number, cell in enumerate(value, 1))
