"""The translation catalogues: one per room, so that rooms can be translated side by side.

A catalogue holds no dates, no line numbers and no fuzzy guesses, and is sorted: a change in it is
a change in what people read.
"""

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "platform" / "hanmadang"
TEMPLATES = ROOT / "templates"
FOLDER = ROOT / "translations" / "ko" / "LC_MESSAGES"
LANGUAGE = "ko"

ROOMS = (
    *("kernel", "people", "reminders", "courses", "events", "polls", "network"),
    *("forums", "curricula", "web", "serving", "demo"),
)
LOBBY = "web"  # owns what belongs to no room: base.html, macros, the package's own files

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "lazy": None,
    "gettext": None,
    "_n": (1, 2),
    "ngettext": (1, 2),
    "_p": ((1, "c"), 2),
}
NOTES = ("Translators:",)
HEADER = """\
# Korean texts of Hanmadang: {room}. Updated by `make strings`; edit only the msgstr lines.
msgid ""
msgstr ""
"Language: ko\\n"
"Language-Team: Hanmadang contributors\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def path_of(room: str) -> Path:
    """Where the room's catalogue is kept."""
    return FOLDER / f"{room}.po"


def room_of(path: Path) -> str:
    """Whose catalogue the texts of that source file belong to."""
    folder = TEMPLATES if path.is_relative_to(TEMPLATES) else PACKAGE
    first = path.relative_to(folder).parts[0]
    return first if first in ROOMS else LOBBY


def sources(room: str) -> list[Path]:
    """The Python files and templates of a room, in a fixed order."""
    files = [*PACKAGE.rglob("*.py"), *TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
    return sorted(path for path in files if room_of(path) == room)


def extract(room: str) -> Catalog:
    """What the room's sources say now, untranslated."""
    catalogue = Catalog(locale=LANGUAGE, fuzzy=False)
    for path in sources(room):
        method = "python" if path.suffix == ".py" else "jinja2"
        options = {"silent": "false", "trimmed": "true"} if method == "jinja2" else {}
        found = extract_from_file(
            method, str(path), keywords=KEYWORDS, comment_tags=NOTES, options=options
        )
        for _line, message, comments, context in found:
            catalogue.add(message, None, auto_comments=comments, context=context)
    return catalogue


def stored(room: str) -> Catalog:
    """The room's catalogue as it is on disk; empty when there is none."""
    path = path_of(room)
    if not path.exists():
        return Catalog(locale=LANGUAGE, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def merged(room: str) -> Catalog:
    """The sources' messages with the translations that exist; nothing obsolete, nothing guessed.

    A text that another room has already translated comes with that room's words.
    """
    catalogue = extract(room)
    elders = [stored(room), *(stored(other) for other in ROOMS if other != room)]
    for message in texts(catalogue):
        found = (elder.get(message.id, message.context) for elder in elders)
        known = next((old for old in found if old and _fits(old, message)), None)
        if known:
            message.string = known.string
            message.user_comments = known.user_comments
    return catalogue


def _fits(old: Message, new: Message) -> bool:
    """Whether the old translation may be taken over: confirmed, not empty, as many forms."""
    complete = all(old.string if isinstance(old.string, tuple) else (old.string,))
    return complete and not old.fuzzy and isinstance(old.id, str) == isinstance(new.id, str)


def rendered(room: str, catalogue: Catalog) -> str:
    """The catalogue as the text of its file."""
    body = io.BytesIO()
    write_po(body, catalogue, width=100, no_location=True, omit_header=True, sort_output=True)
    return HEADER.format(room=room) + body.getvalue().decode().strip() + "\n"


def update(room: str) -> bool:
    """Rewrite the room's file if its texts changed; True if so. A room without texts has none."""
    catalogue, path = merged(room), path_of(room)
    if not any(texts(catalogue)):
        existed = path.exists()
        for leftover in (path, path.with_suffix(".mo")):
            leftover.unlink(missing_ok=True)
        return existed
    text = rendered(room, catalogue)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def texts(catalogue: Catalog) -> Iterator[Message]:
    """The messages, without the header."""
    return (message for message in catalogue if message.id)


@lru_cache(maxsize=len(ROOMS))
def extracted_ids(room: str) -> frozenset[tuple[str, str | None]]:
    """(first message id, context) of everything the sources say."""
    return frozenset(map(key_of, texts(extract(room))))


def key_of(message: Message) -> tuple[str, str | None]:
    """What identifies a message in its catalogue."""
    return singular(message), message.context


def singular(message: Message) -> str:
    """The message's first English form."""
    return message.id if isinstance(message.id, str) else message.id[0]
