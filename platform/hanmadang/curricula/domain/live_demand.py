"""Moving the live figures: by at least ten people at a time, in whole tens.

Two looks of an editor differ by nothing, or by ten people or more; and as every shown number is a
whole ten, so is every difference.
"""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.curricula.models import LiveFigure
from hanmadang.curricula.queries.live_demand import cells_of, stale
from hanmadang.curricula.tens import full_tens
from hanmadang.kernel.db import is_sqlite
from hanmadang.polls.survey.thresholds import SMALLEST_CELL


def refresh(session: Session) -> None:
    """Write anew what lies behind; of two writers the one that counted more people stands."""
    dialect = sqlite if is_sqlite() else postgresql
    for question in stale(session):
        values = {
            "answered": question.answered,
            "n": full_tens(question.answered),
            "cells": [list(cell) for cell in cells_of(session, question)],
        }
        session.execute(
            dialect.insert(LiveFigure)
            .values(question_id=question.question_id, **values)
            .on_conflict_do_update(
                index_elements=["question_id"],
                set_=values,
                where=LiveFigure.answered <= question.answered - SMALLEST_CELL,
            ),
            execution_options={"synchronize_session": False},
        )
