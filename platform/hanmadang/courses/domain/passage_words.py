"""The words of passages, so that a search need not read the passages themselves.

All the words of a house are few beside all its texts. A search looks through them with LIKE, as
it would through the texts, and so finds parts of words, on either database alike.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.courses.models import Passage, PassageWord, WordPlace
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.text import search_form

_AT_ONCE = 500
_LONGEST = 600
"""Letters kept as one word: PostgreSQL's indexes hold no more than 2,700 bytes."""


def write_words(session: Session, passages: Iterable[Passage]) -> None:
    """Write down which words stand in new passages."""
    places = {
        (word, passage.id): in_title
        for passage in passages
        for in_title, text in ((False, passage.search), (True, search_form(passage.title)))
        for word in words_of(text)
    }
    ids = _ids(session, sorted({word for word, _passage in places}))
    rows = [
        {"word_id": ids[word], "passage_id": passage_id, "in_title": in_title}
        for (word, passage_id), in_title in places.items()
    ]
    if rows:
        session.execute(insert(WordPlace), rows)


def forget_words(session: Session, version_id: int) -> None:
    """Before the passages of a version are made anew; a word that nobody uses may stay."""
    of_version = select(Passage.id).where(Passage.version_id == version_id)
    session.execute(delete(WordPlace).where(WordPlace.passage_id.in_(of_version)))


def words_of(stored: str) -> Iterator[str]:
    """The words of a text in the stored form, composed; an endless one in overlapping pieces."""
    for word in unicodedata.normalize("NFC", stored).split():
        for start in range(0, max(1, len(word) - _LONGEST // 2), _LONGEST // 2):
            yield word[start : start + _LONGEST]


def _ids(session: Session, words: Sequence[str]) -> dict[str, int]:
    """{word: id}, new ones made. In order, so that two who publish at once wait and never lock."""
    dialect = sqlite if is_sqlite() else postgresql
    found: dict[str, int] = {}
    for start in range(0, len(words), _AT_ONCE):
        some = words[start : start + _AT_ONCE]
        new = dialect.insert(PassageWord).values([{"word": word} for word in some])
        session.execute(new.on_conflict_do_nothing())
        rows = session.execute(
            select(PassageWord.word, PassageWord.id).where(PassageWord.word.in_(some))
        )
        found.update((word, id_) for word, id_ in rows)
    return found
