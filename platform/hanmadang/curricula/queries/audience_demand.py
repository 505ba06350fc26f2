"""What audiences asked about, by topic: questions that at least ten devices voted up.

Text and votes stand on the poll's own page already. A question is about a topic whose name, or one
of whose competencies' names, shares a word with it; nobody reads anything else out of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.vocabulary import Competency
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_audience import PUBLIC, AudienceQuestion
from hanmadang.polls.survey.thresholds import SMALLEST_CELL

LATEST = 50
SHORTEST = 2
"""Syllables that a Korean word keeps without its particle."""
_WORDS = re.compile(r"[가-힣]{2,}|[a-z]{4,}")
_COMMON = frozenset({"about", "after", "between", "from", "into", "that", "their", "what", "with"})


@dataclass(frozen=True, slots=True)
class AudienceAsk:
    """One question."""

    text: str
    language: str
    votes: int
    poll_slug: str
    poll_title: Bilingual
    topics: tuple[str, ...]
    """Which it names; often none."""


def audience_asks(session: Session, shelf: Shelf) -> list[AudienceAsk]:
    """The most voted-up questions of closed polls; two statements."""
    rows = session.execute(
        select(
            AudienceQuestion.text, AudienceQuestion.language, AudienceQuestion.upvotes,
            Poll.slug, Poll.title,
        )
        .join(Poll, Poll.id == AudienceQuestion.poll_id)
        .where(
            Poll.state == PollState.CLOSED.value,
            AudienceQuestion.state.in_([state.value for state in PUBLIC]),
            AudienceQuestion.upvotes >= SMALLEST_CELL,
        )
        .order_by(AudienceQuestion.upvotes.desc(), AudienceQuestion.id)
        .limit(LATEST)
    ).all()  # fmt: skip
    words = _topic_words(session, shelf) if rows else {}
    return [
        AudienceAsk(
            row.text, row.language, row.upvotes, row.slug, row.title, _about(row.text, words)
        )
        for row in rows
    ]


def by_topic(asks: Sequence[AudienceAsk]) -> list[tuple[str, int, int]]:
    """(topic, questions, votes of the one with most), the most voted-up first.

    Votes are not summed: the same people vote for several questions.
    """
    found: dict[str, list[int]] = {}
    for ask in asks:
        for topic in ask.topics:
            found.setdefault(topic, []).append(ask.votes)
    rows = [(topic, len(votes), max(votes)) for topic, votes in found.items()]
    return sorted(rows, key=lambda row: (-row[2], -row[1], row[0]))


def _topic_words(session: Session, shelf: Shelf) -> dict[str, frozenset[str]]:
    """The words by which each topic is known, in every language."""
    names = {code: [name] for code, name in shelf.topics.items()}
    for code, topic in session.execute(select(Competency.code, Competency.topic_code)):
        names.setdefault(topic, []).append(shelf.competencies[code])
    return {
        topic: frozenset(
            word for name in all_ for each in LANGUAGES for word in _words_of(name.get(each))
        )
        for topic, all_ in names.items()
    }


def _words_of(name: str) -> set[str]:
    """Whole words; a Korean one without the particle that ends it here."""
    found = set(_WORDS.findall(name.lower())) - _COMMON
    ended = {word for word in found if len(word) > SHORTEST and word[-1] in "와과의를을"}
    return found | {word[:-1] for word in ended}


def _about(text: str, words: dict[str, frozenset[str]]) -> tuple[str, ...]:
    lower = text.lower()
    return tuple(
        sorted(topic for topic, known in words.items() if any(word in lower for word in known))
    )
