"""Canaries: unmistakable words in private places, and who may meet them where."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

_WORD = re.compile(r"qzx\d{3}zq")
_FOLDED = ("\r\n ", "\n ")
"""Calendar files break long lines inside words."""


@dataclass(frozen=True, slots=True)
class Canary:
    """One marked text: whose it is and what it stands in."""

    word: str
    owner: str
    """An actor, or a desk such as ``desk-1``."""
    what: str
    """``name``, ``abstract``, ``draft title``."""

    def __str__(self) -> str:
        return f"{self.owner}'s {self.what}"


@dataclass(slots=True)
class Aviary:
    """Every canary of a world, by its word."""

    birds: dict[str, Canary] = field(default_factory=dict)

    def mark(self, owner: str, what: str) -> str:
        """A new word for a private place."""
        word = f"qzx{len(self.birds):03}zq"
        self.birds[word] = Canary(word, owner, what)
        return word

    def heard(self, body: bytes) -> set[Canary]:
        """The canaries in a page, file or mail."""
        text = body.decode("utf-8", "replace").lower()
        for fold in _FOLDED:
            text = text.replace(fold, "") if text.startswith("begin:") else text
        return {self.birds[word] for word in set(_WORD.findall(text)) if word in self.birds}


@dataclass(frozen=True, slots=True)
class Allowance:
    """Somebody may meet somebody else's canary at these endpoints, for a reason."""

    readers: frozenset[str]
    owners: frozenset[str]
    what: frozenset[str]
    endpoints: tuple[str, ...]
    """Names, ``*`` for any part; ``mail:`` before a kind of mail."""
    reason: str

    @property
    def is_for_mail(self) -> bool:
        """Whether it speaks of mails, which no crawl of pages meets."""
        return all(name.startswith("mail:") for name in self.endpoints)

    def covers(self, reader: str, endpoint: str, canary: Canary) -> bool:
        """Whether this meeting is the one allowed."""
        return (
            reader in self.readers
            and canary.owner in self.owners
            and canary.what in self.what
            and any(fnmatchcase(endpoint, pattern) for pattern in self.endpoints)
        )


@dataclass(slots=True)
class Ornithologist:
    """Judges every meeting, and remembers which canaries were met and which allowances used."""

    allowances: Collection[Allowance]
    met: set[Canary] = field(default_factory=set)
    used: set[Allowance] = field(default_factory=set)

    def escaped(self, reader: str, endpoint: str, heard: Collection[Canary]) -> Iterator[Canary]:
        """The canaries that `reader` should not have met there."""
        for canary in heard:
            self.met.add(canary)
            if canary.owner == reader:
                continue
            fitting = [one for one in self.allowances if one.covers(reader, endpoint, canary)]
            self.used.update(fitting)
            if not fitting:
                yield canary
