"""What programs read of polls: what the public pages show to everybody, in both languages.

Counts come from the live snapshot, which leaves out what may not be shown yet. What a page tells
only after answering (right answers, explanations) is told here once the poll is closed, or once
the moderator of a quiz has shown it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.i18n import machine_time
from hanmadang.kernel.permissions import NOBODY
from hanmadang.kernel.pictures import address_of
from hanmadang.kernel.pointers import address_in
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.queries.lists import PollCard, as_cards, cards
from hanmadang.polls.queries.live import QuestionCounts, snapshot
from hanmadang.polls.queries.outcomes import OutcomePage, outcomes_of
from hanmadang.polls.queries.pages import PollPage, poll_page
from hanmadang.polls.queries.questions import QuestionPage
from hanmadang.polls.queries.quiz import scores_of
from hanmadang.polls.rules import visible_to

STATES = (PollState.OPEN, PollState.PAUSED, PollState.CLOSED)
"""Drafts are nobody's business."""


def listed(
    session: Session, states: Sequence[PollState], limit: int, skip: int
) -> list[dict[str, Any]]:
    """Public polls, the latest opened first."""
    public = and_(visible_to(NOBODY), Poll.state.in_([state.value for state in states]))
    order = (Poll.opened_at.desc(), Poll.id.desc())
    found = as_cards(session, cards().where(public).order_by(*order).limit(limit).offset(skip))
    return [_card(card) for card in found]


def _card(card: PollCard) -> dict[str, Any]:
    return {
        **_head(card.slug, card.title, card.intro, card.state, card.institution),
        "opened_at": _time(card.opened_at),
        "closed_at": _time(card.closed_at),
        "questions": card.questions,
        "answers": card.answers,
    }


def whole(session: Session, slug: str) -> dict[str, Any] | None:
    """One public poll with questions, results and what came of it."""
    page = poll_page(session, NOBODY, slug)
    counts = snapshot(session, page.code) if page else None
    if page is None or counts is None:
        return None
    counted = {each.id: each for each in counts.questions}
    return {
        **_head(page.slug, page.title, page.intro, page.state, page.institution),
        "opened_at": _time(page.opened_at),
        "closed_at": _time(page.closed_at),
        "version": counts.version,
        "assurance": page.assurance.value,
        "quiz": page.quiz,
        "scores": _scores(session, page),
        "sample": False,
        "questions": [_question(page, each, counted[each.id]) for each in page.asked],
        "outcomes": [_outcome(each) for each in outcomes_of(session, page.id)],
        "open_data": _open_data(page),
    }


def _head(
    slug: str, title: Bilingual, intro: Bilingual, state: PollState, institution: Bilingual | None
) -> dict[str, Any]:
    return {
        "slug": slug,
        "title": both(title),
        "intro": both(intro),
        "state": state.value,
        "institution": both(institution) if institution else None,
        "url": _addresses(f"/polls/{slug}"),
        "api": f"{_base()}/api/v1/polls/{slug}",
    }


def _question(page: PollPage, question: QuestionPage, counts: QuestionCounts) -> dict[str, Any]:
    has_right = page.tells(question, has_answered=False)
    options = [
        {"id": option.id, "label": both(option.label)}
        | ({"picture": address_of(option.picture)} if option.picture else {})
        | ({"correct": option.correct} if has_right else {})
        for option in question.options
    ]
    asked = {
        "id": question.id,
        "kind": question.kind.value,
        "type": question.type.value,
        "text": both(question.text),
        "choices": [question.shape.least, question.shape.most],
        "options": options,
        "results_shown": question.shown.value,
        "answered": counts.answered,
        "results": _results(counts),
    }
    if has_right and question.explanation:
        asked["explanation"] = both(question.explanation)
    return asked


def _scores(session: Session, page: PollPage) -> dict[str, Any] | None:
    """How many had how many right in a quiz, once all is told; as on its results page."""
    found = scores_of(session, page.id) if page.quiz else None
    return found.to_json() if found else None


def _results(counts: QuestionCounts) -> dict[str, Any] | None:
    """None while they may not be shown."""
    if not counts.options and counts.entries is None:
        return None
    found = counts.to_json()
    results = {"options": found["options"], "figures": dict(counts.figures)}
    return results if counts.entries is None else results | {"words": found["words"]}


def _outcome(outcome: OutcomePage) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "state": outcome.state.value,
        "date": outcome.day.isoformat(),
        "text": both(outcome.text),
        "reason": both(outcome.reason) if outcome.reason else None,
        "url": _addresses(outcome.link) if outcome.link else None,
    }


def _open_data(page: PollPage) -> dict[str, str] | None:
    """The files of a closed poll."""
    if not page.is_closed:
        return None
    files = {"results": "results.csv", "codebook": "codebook.json", "record": "record.json"}
    return {name: f"{_base()}/polls/{page.slug}/{file}" for name, file in files.items()}


def both(text: Bilingual) -> dict[str, str | None]:
    """A text in each language; None where it does not exist."""
    return {language: text.get(language) or None for language in LANGUAGES}


def _addresses(path: str) -> dict[str, str]:
    return {language: address_in(language, path) for language in LANGUAGES}


def _base() -> str:
    return settings().base_url.rstrip("/")


def _time(instant: datetime | None) -> str | None:
    return machine_time(instant) if instant else None
