"""What can be wrong with a translation, each kind found by one function.

Every function returns sentences, empty when all is well; `make strings` and the tests print them.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from babel.messages.catalog import Message

from tools.catalogues import (
    PACKAGE,
    ROOMS,
    ROOT,
    extracted_ids,
    key_of,
    path_of,
    singular,
    stored,
    texts,
)

PAIRS = ("을/를", "은/는", "이/가", "과/와", "아/야", "으로/로", "이라/라", "이나/나", "이란/란",
         "이랑/랑", "이며/며", "이고/고", "이에요/예요", "이었/였")  # fmt: skip
GETTEXT = frozenset({"_", "_l", "lazy", "gettext", "_n", "ngettext", "_p"})

_PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
_CHOSEN = re.compile(r"%\(\w+\)[sd]\{([^}]*)\}")
_FORMS = sorted({form for pair in PAIRS for form in pair.split("/")}, key=len, reverse=True)
_BARE = re.compile(
    r"%\(\w+\)[sd]"
    r"[’”'\"」』》〉)\]]*"  # a closing quotation mark changes nothing in the sound
    rf"(?:[(]?(?:으|이|을|은|과)[)]?/?)?(?:{'|'.join(_FORMS)})(?:부터|서|도|만|는|고)?"
    r"(?![가-힣])"
)


def stale(room: str) -> list[str]:
    """Texts that the sources have and the catalogue lacks, or the other way round."""
    wanted, held = extracted_ids(room), frozenset(map(key_of, texts(stored(room))))
    new = [f"{room}: not in the catalogue: {text!r}" for text in _sorted(wanted - held)]
    old = [f"{room}: no longer in the sources: {text!r}" for text in _sorted(held - wanted)]
    return [f"{line} (run `make strings`)" for line in (*new, *old)]


def empty(room: str) -> list[str]:
    """Texts without Korean; one empty plural form counts."""
    return [
        f"{room}: not translated: {singular(message)!r}"
        for message in texts(stored(room))
        if not all(korean_of(message))
    ]


def fuzzy(room: str) -> list[str]:
    """Guesses that a person has not confirmed."""
    return [
        f"{room}: marked fuzzy: {singular(message)!r}"
        for message in texts(stored(room))
        if message.fuzzy
    ]


def placeholders(room: str) -> list[str]:
    """Values that only one of the two languages mentions, and formats that would not fill."""
    return [
        f"{room}: {problem}: {singular(message)!r}"
        for message in texts(stored(room))
        if all(korean_of(message))
        for problem in _misfits(message)
    ]


def particles(room: str) -> list[str]:
    """Particles written straight after a value, whose last sound nobody knows yet."""
    return [
        f"{room}: {problem} in {korean!r}"
        for message in texts(stored(room))
        for korean in korean_of(message)
        for problem in _unfit_particles(korean)
    ]


def two_voices() -> list[str]:
    """The same English text with different Korean in two rooms."""
    voices: defaultdict[tuple[str, str | None], dict[str, str]] = defaultdict(dict)
    for room in ROOMS:
        for message in texts(stored(room)):
            if all(korean_of(message)):
                voices[key_of(message)].setdefault(" | ".join(korean_of(message)), room)
    return [
        f"{key[0]!r} is " + " but ".join(f"{korean!r} in {room}" for korean, room in said.items())
        for key, said in sorted(voices.items(), key=lambda item: item[0][0])
        if len(said) > 1
    ]


def built_messages() -> list[str]:
    """f-strings, %-formatting and .format() inside a gettext call: such a text has no catalogue."""
    return [
        f"{path.relative_to(ROOT)}:{call.lineno}: the text is built, not written"
        for path in sorted(PACKAGE.rglob("*.py"))
        for call in _gettext_calls(ast.parse(path.read_text(encoding="utf-8")))
        if any(map(_is_built, call.args))
    ]


def nested_messages() -> list[str]:
    """Gettext calls inside an f-string: before Python 3.12 nothing that reads tokens sees them."""
    return [
        f"{path.relative_to(ROOT)}:{call.lineno}: the text stands inside an f-string"
        for path in sorted(PACKAGE.rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in _gettext_calls(text)
    ]


def problems(rooms: tuple[str, ...] = ROOMS) -> list[str]:
    """Everything that is wrong, in the order of the rooms."""
    kinds = (stale, empty, fuzzy, placeholders, particles)
    files = sorted(path_of("web").parent.glob("*.po"))
    orphans = [f"{path.name}: no such room" for path in files if path.stem not in ROOMS]
    by_room = [line for room in rooms for kind in kinds for line in kind(room)]
    return [*by_room, *orphans, *two_voices(), *built_messages(), *nested_messages()]


def korean_of(message: Message) -> tuple[str, ...]:
    """The Korean forms of a message: one, for Korean has no plural."""
    if isinstance(message.string, str):
        return (message.string,)
    return tuple(message.string or ("",))


def _misfits(message: Message) -> Iterator[str]:
    english = (message.id,) if isinstance(message.id, str) else message.id
    expected = set().union(*map(_names, english))
    for korean in korean_of(message):
        if _names(korean) != _names(english[-1]):
            names = ", ".join(sorted(expected ^ _names(korean))) or ", ".join(sorted(expected))
            yield f"the placeholders differ ({names})"
    for text in (*english, *korean_of(message)):
        try:
            _ = _CHOSEN.sub("", text) % dict.fromkeys(_names(text), 1) if _names(text) else text
        except (KeyError, TypeError, ValueError):
            yield "a lone percent sign (write %%)"


def _names(text: str) -> set[str]:
    return {name for name, _kind in _PLACEHOLDER.findall(text)}


def _unfit_particles(korean: str) -> Iterator[str]:
    for bare in _BARE.findall(korean):
        yield f"write the particle as a pair, like {{을/를}}: {bare!r}"
    for pair in _CHOSEN.findall(korean):
        if not _is_a_pair(pair):
            yield f"no such particle pair: {{{pair}}}"


def _is_a_pair(text: str) -> bool:
    """A known pair, or one with the same ending on both sides: 으로부터/로부터, 이라는/라는."""
    left, _, right = text.partition("/")
    for one, _, other in (pair.partition("/") for pair in PAIRS):
        endings = left.removeprefix(one), right.removeprefix(other)
        if left.startswith(one) and right.startswith(other) and endings[0] == endings[1]:
            return True
    return False


def _gettext_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in GETTEXT:
                yield node


def _is_built(argument: ast.expr) -> bool:
    if isinstance(argument, ast.JoinedStr):
        return True
    if isinstance(argument, ast.BinOp):
        sides = (argument.left, argument.right)
        return any(isinstance(getattr(side, "value", None), str) for side in sides)
    return (
        isinstance(argument, ast.Call)
        and isinstance(argument.func, ast.Attribute)
        and argument.func.attr == "format"
    )


def _sorted(keys: frozenset[tuple[str, str | None]]) -> list[str]:
    return sorted(text for text, _context in keys)
