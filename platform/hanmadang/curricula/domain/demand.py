"""What a closed poll asked for: its published figures, and suggestions where a rule is passed.

Everything is derived from released tables, which never change: written twice, it is the same. The
unique keys make it so under any number of writers.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.courses.upserts import insert_once
from hanmadang.curricula.demand_rules import PERCENT, Rule, Rules, share
from hanmadang.curricula.models import (
    DemandFigure,
    DemandSuggestion,
    LiveFigure,
    SuggestionState,
    Wanted,
)
from hanmadang.kernel import audit
from hanmadang.kernel.configuration import settings
from hanmadang.polls.models import Poll, PollState, Question, QuestionKind
from hanmadang.polls.queries import ReleasedTable, released_table

_ASKING = (QuestionKind.INTEREST.value, QuestionKind.KNOWLEDGE.value)
_QUIETLY = {"synchronize_session": False}


def rules() -> Rules:
    """The house's rules."""
    house = settings()
    return Rules(
        Rule(house.demand_wish_percent / PERCENT, house.demand_wish_people),
        Rule(house.demand_gap_percent / PERCENT, house.demand_gap_people),
    )


def release(session: Session, poll_id: int, now: datetime) -> None:
    """Write a closed poll's figures and suggestions; however often it is called, once."""
    questions = list(
        session.scalars(
            select(Question.id)
            .join(Poll, Poll.id == Question.poll_id)
            .where(
                Question.poll_id == poll_id,
                Question.kind.in_(_ASKING),
                Poll.state == PollState.CLOSED.value,
            )
            .order_by(Question.position)
        )
    )
    by_rule = rules()
    for question_id in questions:
        table = released_table(session, question_id)
        for figure in _figures(poll_id, table) if table else ():
            insert_once(session, DemandFigure, **figure)
            _suggest(session, figure, by_rule, now)
    forgotten = delete(LiveFigure).where(LiveFigure.question_id.in_(questions))
    session.execute(forgotten, execution_options=_QUIETLY)


def _figures(poll_id: int, table: ReleasedTable) -> Iterator[dict[str, Any]]:
    """The published cells; one that nearly nobody or nearly everybody chose is none."""
    head = {"question_id": table.question_id, "poll_id": poll_id, "n": table.n}
    if table.kind is QuestionKind.KNOWLEDGE:
        if table.correct is not None and table.competency_code:
            missed, codes = table.n - table.correct, [table.competency_code]
            yield head | {"place": 0, "wanted": Wanted.GAP.value, "codes": codes, "count": missed}
        return
    for place, row in enumerate(table.rows):
        if row.topic_codes and row.count is not None:
            codes = sorted(set(row.topic_codes))
            wished = {"wanted": Wanted.WISH.value, "codes": codes, "count": row.count}
            yield head | {"place": place} | wished


def _suggest(session: Session, figure: dict[str, Any], by_rule: Rules, now: datetime) -> None:
    """A suggestion where the rule is passed; merged cells speak of no single topic."""
    wanted, codes = Wanted(figure["wanted"]), figure["codes"]
    rule, count, n = by_rule.of(wanted), figure["count"], figure["n"]
    if len(codes) != 1 or not rule.asks(count, n):
        return
    written = {
        "poll_id": figure["poll_id"], "wanted": wanted.value, "code": codes[0], "count": count,
        "n": n, "low": share(count, n).low, "bar": rule.bar, "created_at": now,
        "state": SuggestionState.OPEN.value, "linked": False,
    }  # fmt: skip
    made = insert_once(session, DemandSuggestion, **written)
    if made is None:
        return
    audit.record(session, None, "demand.suggested", kind="demand_suggestion", id=made)
    session.execute(
        update(DemandSuggestion)
        .where(
            DemandSuggestion.id != made,
            DemandSuggestion.wanted == wanted.value,
            DemandSuggestion.code == codes[0],
            DemandSuggestion.state == SuggestionState.OPEN.value,
        )
        .values(state=SuggestionState.SUPERSEDED.value),
        execution_options=_QUIETLY,
    )
