"""Released tables as pages and files have them. Reads only what may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import Option, Poll, PollState, Question
from hanmadang.polls.models_profile import Audience, MarginSet, ProfileAsk, Release
from hanmadang.polls.plans import CROSSED
from hanmadang.polls.profiles import LEVELS, attributes_of
from hanmadang.polls.rules import is_text_public
from hanmadang.polls.staging import Gate
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS, SMALLEST_CELL

FORMAT = "hanmadang-poll-tables/1"


@dataclass(frozen=True, slots=True)
class Released:
    """One question's tables for one audience."""

    number: int
    n: int
    """Everybody who had answered when it was last computed; tells when the next may come."""
    final: bool
    tables: list[dict[str, Any]]
    withheld: list[tuple[list[str], str]]
    weighted: dict[str, Any] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Margins:
    """A named population."""

    name: Bilingual
    source: Bilingual


def released(session: Session, poll_id: int, audience: Audience) -> dict[int, Released]:
    """The tables of a poll by question id."""
    rows = session.scalars(
        select(Release)
        .join(Question, Question.id == Release.question_id)
        .where(Question.poll_id == poll_id, Release.audience == audience.value)
    )
    return {each.question_id: _released(each) for each in rows}


def _released(release: Release) -> Released:
    shown = release.shown
    withheld = [(list(table), str(reason)) for table, reason in shown["withheld"]]
    return Released(
        release.number, release.n, release.final, shown["tables"], withheld, release.weighted,
        release.released_at,
    )  # fmt: skip


def margins_named(session: Session, set_id: int | None) -> Margins | None:
    """The population under that number."""
    found = session.get(MarginSet, set_id) if set_id is not None else None
    return Margins(found.name, found.source) if found else None


def tables_file(session: Session, slug: str) -> dict[str, Any] | None:
    """Everything `docs/recompute-weights.py` needs; None for drafts and polls that ask nothing."""
    row = session.execute(
        select(Poll, ProfileAsk)
        .join(ProfileAsk, ProfileAsk.poll_id == Poll.id)
        .where(Poll.slug == slug, Poll.state != PollState.DRAFT.value)
    ).first()
    if row is None or not row[1].attributes:
        return None
    poll, ask = row
    asked = select(Question).where(Question.poll_id == poll.id).order_by(Question.position)
    found = released(session, poll.id, Audience.PUBLIC)
    margins = margins_named(session, ask.margin_set_id)
    return {
        "format": FORMAT,
        "poll": slug,
        "title": poll.title.to_json(),
        "closed": poll.state == PollState.CLOSED,
        "assurance": poll.assurance,
        "sample": False,
        "smallest_cell": SMALLEST_CELL,
        "fewest_for_percentages": FEWEST_ANSWERS,
        "attributes": {
            each.value: list(LEVELS[each].all) for each in attributes_of(ask.attributes)
        },
        "population": _population(margins),
        "questions": [
            _question(each, found.get(each.id))
            for each in session.scalars(asked)
            if is_text_public(PollState(poll.state), Gate.of(poll.gate), each.id)
        ],
    }


def _population(margins: Margins | None) -> dict[str, Any] | None:
    if margins is None:
        return None
    return {"name": margins.name.to_json(), "source": margins.source.to_json()}


def _question(question: Question, found: Released | None) -> dict[str, Any]:
    head = {
        "id": question.id,
        "text": question.text.to_json(),
        "cross_tabulated": question.type in CROSSED,
        "options": _options(question.options),
    }
    if found is None:
        return {
            **head,
            "release": 0,
            "final": False,
            "tables": [],
            "withheld": [],
            "weighted": None,
        }
    return {
        **head,
        "release": found.number,
        "final": found.final,
        "tables": found.tables,
        "withheld": [{"attributes": table, "reason": reason} for table, reason in found.withheld],
        "weighted": found.weighted,
    }


def _options(options: Sequence[Option]) -> list[dict[str, Any]]:
    return [{"id": str(each.id), "label": each.label.to_json()} for each in options]
