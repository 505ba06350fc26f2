"""A reading in progress: texts in the source's language, names, pictures, media, the report."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from hanmadang.courses.exchange import markup
from hanmadang.courses.exchange.failures import NoLanguageError
from hanmadang.courses.exchange.imported import File, Options
from hanmadang.courses.exchange.markup import Shown, Words, is_web
from hanmadang.courses.exchange.multilang import split_languages
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Report
from hanmadang.kernel import media
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.ids import SLUG_LENGTH

Resolve = Callable[[str], bytes | None]
"""From an address in the source to the bytes of a file in it."""

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF")
MEDIA_KINDS = {"mp4": "video", "webm": "video", "m4v": "video", "mp3": "audio", "m4a": "audio",
               "ogg": "audio", "wav": "audio", "pdf": "document", "docx": "document",
               "pptx": "document", "xlsx": "document", "hwp": "document", "hwpx": "document",
               "odt": "document", "txt": "document", "csv": "document"}  # fmt: skip
LABEL, SAID, TEXT, EXPLANATION, BODY, TITLE = 500, 1_000, 4_000, 2_000, 20_000, 200
"""The longest texts of each kind, as `reading` has them."""


@dataclass(slots=True)
class Work:
    """Everything a reader needs, and everything it leaves behind."""

    options: Options
    report: Report = field(default_factory=Report)
    language: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    is_foreign: bool = False
    """Whether the source says that it is in a language which courses do not have here."""
    resolve: Resolve = lambda _address: None

    def __post_init__(self) -> None:
        self.language = self.options.language

    def speaks(self, said: str) -> None:
        """The source says its language; the person who imports has the last word."""
        code = said.strip().lower().replace("_", "-").partition("-")[0]
        if self.language or not code:
            return
        if code in LANGUAGES:
            self.language = code
        else:
            self.is_foreign = True
            self.report.changed("language", Reason.OTHER_LANGUAGE, said)

    def needs_language(self, sample: str = "") -> str:
        """The language of the source. Raises NoLanguageError where nothing tells it."""
        if not self.language and not self.is_foreign:
            self.language = guessed(sample)
        if not self.language:
            raise NoLanguageError
        return self.language

    def text(self, words: str, longest: int = BODY) -> File:
        """One language of a text, in its form in a file; shortened where nothing else helps."""
        words = tidy(words)
        if len(words) > longest:
            self.report.changed("text", Reason.TOO_LONG, words[longest - 1 :])
            words = f"{words[: longest - 1]}…"
        return {self.language: words}

    def plain(self, html: str, longest: int = LABEL) -> tuple[File | None, list[Shown]]:
        """HTML as words alone, in each language it marks; None where it has no words."""
        found: dict[str, str] = {}
        shown: list[Shown] = []
        for language, part in self._languages(html):
            words, pictures = markup.plain(part, self.told)
            shown += pictures
            if words.strip():
                found[language] = self.text(words, longest)[self.language]
        return (both(self.language, found) if found else None), list(dict.fromkeys(shown))

    def words(self, html: str, longest: int = LABEL) -> File | None:
        """The same where no picture can stand."""
        text, shown = self.plain(html, longest)
        self._not_shown(shown)
        return text

    def _not_shown(self, shown: list[Shown]) -> None:
        for each in shown:
            self.report.left(f"<{each.tag}>", Reason.NO_KIND, f"{each.src} {each.alt}")

    def label(self, html: str, fallback: str) -> File:
        """Words for a list; a picture in it is named by its own words."""
        text, shown = self.plain(html)
        self._not_shown(shown)
        named = " ".join(each.alt for each in shown if each.alt)
        return text or self.text(named or fallback, LABEL)

    def blocks(self, html: str) -> list[File]:
        """HTML as blocks of a lesson."""
        parts = self._languages(html)
        if len(parts) > 1:
            return self._bilingual_blocks(parts)
        return [
            block for piece in markup.pieces(parts[0][1], self.told) for block in self._block(piece)
        ]

    def _bilingual_blocks(self, parts: list[tuple[str, str]]) -> list[File]:
        texts: dict[str, str] = {}
        others: list[File] = []
        for language, part in parts:
            made = markup.pieces(part, self.told)
            texts[language] = "\n\n".join(p.text for p in made if isinstance(p, Words))
            others += [b for p in made if isinstance(p, Shown) for b in self._block(p)]
        found = {name: text for name, text in texts.items() if text}
        unique = [each for n, each in enumerate(others) if each not in others[:n]]
        return ([{"kind": "text", "body": both(self.language, found)}] if found else []) + unique

    def _languages(self, html: str) -> list[tuple[str, str]]:
        parts = split_languages(html, self.told)
        return parts or [(self.language, html)]

    def _block(self, piece: markup.Piece) -> list[File]:
        if isinstance(piece, Words):
            return [{"kind": "text", "body": self.text(part)} for part in chunks(piece.text, BODY)]
        return self.shown(piece)

    def shown(self, piece: Shown) -> list[File]:
        """A picture, film or sound as a block; a link where it stands elsewhere."""
        if piece.tag == "img":
            return self.picture(piece.src, piece.alt)
        if piece.tag == "a":
            return self.linked(piece)
        return self.medium(piece.src, piece.alt)

    def linked(self, piece: Shown) -> list[File]:
        """A file of the source that a text links to: a document, where there is one."""
        data = self.resolve(piece.src)
        ending = piece.src.partition("?")[0].rpartition(".")[2].lower()
        if data is None or ending not in MEDIA_KINDS:
            self.report.changed("<a href=…>", Reason.LINK, piece.src)
            return []
        blocks = self.medium(piece.src, piece.alt)
        if blocks:
            self.report.changed("<a href=…>", Reason.AS_DOCUMENT, piece.src)
        return blocks

    def picture(self, src: str, alt: str) -> list[File]:
        """A picture of the source as a block."""
        name = self.picture_name(src)
        if name:
            if not alt:
                self.report.changed("<img>", Reason.NO_ALT, src)
            words = self.text(alt, LABEL) if alt else {}
            return [{"kind": "image", "picture": name, "alt": words}]
        if is_web(src):
            self.report.changed("<img>", Reason.PICTURE_OUTSIDE, src)
            return [self.link(alt or src, src)]
        return []

    def picture_name(self, src: str) -> str:
        """The name under which a picture of the source waits to be drawn, or nothing."""
        data = self.resolve(src)
        if data is None:
            if not is_web(src):
                self.report.left("<img>", Reason.MISSING_FILE, src)
            return ""
        if not data.startswith(_PICTURES):
            self.report.left("<img>", Reason.PICTURE, src)
            return ""
        name = hashlib.sha256(data).hexdigest()[:32]
        self.pictures[name] = data
        return name

    def heading(self, words: str) -> File:
        """A heading as a text of its own."""
        label = re.sub(r"([\\`*_\[\]])", r"\\\1", " ".join(tidy(words).split()))
        return self.text(f"### {label.replace('<', '&lt;')}")

    def link(self, words: str, address: str) -> File:
        """A paragraph that links somewhere."""
        label = re.sub(r"([\\`*_\[\]<>])", r"\\\1", tidy(words)).replace("\\<", "&lt;")
        target = re.sub(r"[\s<>()\"\\]", lambda m: f"%{ord(m[0]):02X}", address.strip())
        return {"kind": "text", "body": self.text(f"[{label}]({target})")}

    def medium(self, src: str, title: str = "", summary: str = "") -> list[File]:
        """A file of the source, or an address, as a block of its kind."""
        name = PurePosixPath(src.partition("?")[0]).name
        ending = name.rpartition(".")[2].lower()
        kind = MEDIA_KINDS.get(ending)
        if is_web(src):
            self.report.changed("media", Reason.AS_LINK, src)
            return [self.link(title or name or src, src)]
        data = self.resolve(src)
        if data is None:
            self.report.left("media", Reason.MISSING_FILE, src)
            return []
        stored = self.stored(data, src) if kind is not None else ""
        if not stored:
            if kind is None:
                self.report.left("media", Reason.MEDIA, src)
            return []
        said = self.text(title or name, TITLE)
        block = {"kind": kind, "title": said, "media": stored}
        if kind == "document":
            return [block | {"summary": self.text(summary or title or name)}]
        self.report.changed(f"<{kind}>", Reason.NO_TRANSCRIPT, src)
        return [block | {"seconds": 0, "transcript": {}}]

    def stored(self, data: bytes, src: str) -> str:
        """Keep a file under the name of its content; nothing where lessons cannot show it.

        What a file is, its first bytes say, as at an upload.
        """
        try:
            ready = media.ready(data)
        except media.TooLargeFileError:
            self.report.left("media", Reason.TOO_LARGE, src)
            return ""
        except media.UnusableFileError:
            self.report.left("media", Reason.MEDIA, src)
            return ""
        self.media[ready.name] = data
        return ready.name

    def told(self, construct: str, reason: Reason, detail: str) -> None:
        """What a text held that no text of ours can hold."""
        if reason in _SMALL:
            self.report.changed(construct, reason, detail)
        else:
            self.report.left(construct, reason, detail)

    def slug(self, *names: str, usual: str = "part") -> str:
        """A name for addresses, used once: the first of the names that has letters for one."""
        for name in names:
            wanted = sluggish(name)
            if wanted:
                break
        else:
            wanted = usual
        unique, number = wanted, 1
        while unique in self.slugs:
            number += 1
            unique = f"{wanted[: SLUG_LENGTH - 6].rstrip('-')}-{number}"
        self.slugs.add(unique)
        return unique

    def named_slug(self, name: str, construct: str) -> str:
        """The slug of a question; where its name is not in it, the report keeps the name."""
        if name and not sluggish(name):
            self.report.changed(construct, Reason.RENAMED, name)
        return self.slug(name, usual="question")


_SMALL = {Reason.FORMAT_LOST, Reason.RENAMED, Reason.LAYOUT, Reason.LINK}


def both(source: str, found: dict[str, str]) -> File:
    """A text in the languages found: the first of them was translated into the other."""
    text = Bilingual.of(source=source, **found)
    plain = {language: part.text for language, part in text.parts.items()}
    return plain if Bilingual.of(**plain) == text else text.to_json()


def tidy(words: str) -> str:
    """NFC, without what no database keeps."""
    usable = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", words)
    return unicodedata.normalize("NFC", usable).strip()


def sluggish(name: str) -> str:
    """The letters and digits of a name that can stand in an address."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[: SLUG_LENGTH - 4].strip("-")


_MOSTLY = 0.97


def guessed(sample: str) -> str:
    """Korean where Hangul stands, English where there are only plain letters; else nothing."""
    if re.search(r"[\uac00-\ud7a3]", sample):
        return "ko"
    letters = [c for c in sample if c.isalpha()]
    plain = sum(c.isascii() for c in letters)
    return "en" if letters and plain >= _MOSTLY * len(letters) else ""


def chunks(text: str, longest: int) -> Iterable[str]:
    """A long text in parts that each fit, cut between paragraphs."""
    part = ""
    for paragraph in text.split("\n\n"):
        if part and len(part) + len(paragraph) + 2 > longest:
            yield part
            part = ""
        part = f"{part}\n\n{paragraph}" if part else paragraph
    if part:
        yield part
