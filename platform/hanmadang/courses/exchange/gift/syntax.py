"""GIFT's grammar: a file becomes chunks, a chunk its name, format, words, answers and tail.

Escaped signs travel as private letters, so that everything below may split at plain signs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPES = {"~": "\ue000", "=": "\ue001", "#": "\ue002", "{": "\ue003", "}": "\ue004",
            ":": "\ue005", "\\": "\ue006", "n": "\ue007", "%": "\ue008"}  # fmt: skip
_BACK = {private: ("\n" if sign == "n" else sign) for sign, private in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\([~=#{}:\\n%])")
_PRIVATE = re.compile("[\ue000-\ue008]")
_NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(.*)", re.IGNORECASE)
_MARK = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.)*)\]")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,9})?)%")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One question as written, or the category of those that follow."""

    source: str
    line: int
    category: str = ""
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """A question taken apart; `answers` is None where there are no braces."""

    name: str
    format: str
    words: str
    answers: str | None
    tail: str
    feedback: str
    """The general feedback, behind ``####``."""
    rest: str = ""
    """Braces beyond the first pair: GIFT knows only one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its sign (= or ~), weight in percent if said, words and feedback."""

    sign: str
    weight: float | None
    words: str
    feedback: str


def chunks(text: str) -> Iterator[Chunk]:
    """Questions and categories; an empty line ends a question, unless its braces are open."""
    lines: list[str] = []
    comments: list[str] = []
    start = 1
    for number, line in enumerate(
        [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""], 1
    ):
        bare = line.strip()
        category = _CATEGORY.fullmatch(line) if not lines else None
        if bare.startswith("//"):
            comments.append(bare[2:].strip())
        elif category:
            yield Chunk(line, number, category=category[1].strip() or "/")
        elif bare:
            start = number if not lines else start
            lines.append(line)
        elif lines and not _is_open(lines):
            yield Chunk("\n".join(lines), start, comments=tuple(comments))
            lines, comments = [], []
    if lines:
        yield Chunk("\n".join(lines), start, comments=tuple(comments))
    elif comments:
        yield Chunk("", start, comments=tuple(comments))


def _is_open(lines: list[str]) -> bool:
    """Whether the question's braces are still open; a long one was never meant to close."""
    bare = _ESCAPED.sub("", "\n".join(lines[-60:]))
    return len(lines) < 60 and bare.count("{") > bare.count("}")  # noqa: PLR2004


def marks(comments: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(``id`` or ``tag``, value) in comments."""
    for comment in comments:
        for kind, value in _MARK.findall(comment):
            yield kind, value.replace("\\]", "]")


def parts(chunk: str) -> Parts:
    """Take a question apart."""
    text = _ESCAPED.sub(lambda match: _ESCAPES[match[1]], chunk)
    name = _NAME.match(text)
    rest = text[name.end() :] if name else text
    form = _FORMAT.match(rest)
    rest = rest[form.end() :] if form else rest
    before, brace, behind = rest.partition("{")
    inside, closed, tail = behind.partition("}")
    answers = inside if brace and closed else None
    if brace and not closed:
        before = rest
    feedback = ""
    if answers is not None:
        answers, _sep, feedback = answers.partition("####")
    tail, brace, more = tail.partition("{")
    return Parts(
        plain(name[1]).strip() if name else "",
        form[1].lower() if form else "",
        before.strip(),
        answers.strip() if answers is not None else None,
        tail.strip() if answers is not None else "",
        feedback.strip(),
        brace + more,
    )


def answers(source: str) -> list[Answer]:
    """What stands behind each = and ~."""
    found = re.split(r"([=~])", source)
    made = []
    for sign, body in zip(found[1::2], found[2::2], strict=True):
        weight = _WEIGHT.match(body)
        words, _hash, feedback = (body[weight.end() :] if weight else body).partition("#")
        share = float(weight[1]) if weight else None
        made.append(Answer(sign, share, words.strip(), feedback.strip()))
    return made


def before_answers(source: str) -> str:
    """Words in braces before the first = or ~."""
    return re.split(r"[=~]", source, maxsplit=1)[0].strip()


def formatted(text: str) -> tuple[str, str]:
    """(format, text): each text may say its own."""
    form = _FORMAT.match(text)
    return (form[1].lower(), text[form.end() :].strip()) if form else ("", text)


def plain(text: str) -> str:
    """The text with its escaped signs as themselves."""
    return _PRIVATE.sub(lambda match: _BACK[match[0]], text)
