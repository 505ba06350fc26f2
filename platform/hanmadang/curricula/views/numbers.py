"""The engine's numbers on the desk, in words, and how the nights went."""

from flask.typing import ResponseReturnValue

from hanmadang.curricula.engine.tracing import Parameters
from hanmadang.curricula.limits import BEGINS, FEWEST_ANSWERS, FEWEST_PEOPLE
from hanmadang.curricula.queries.nightly import fittings, latest_parameters, latest_runs
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.curricula.views.room import room
from hanmadang.kernel.db import db
from hanmadang.kernel.disclosure import SMALLEST_CELL
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission

_RUNS = 10


@room.page("/desk/engine", needs=Permission.CURRICULA_EDIT, endpoint="numbers")
def numbers() -> ResponseReturnValue:
    """What the engine assumes of each competency, since when, and from how many answers."""
    session = db.session()
    fitted = latest_parameters(session)
    return render(
        "curricula/numbers.html",
        fittings=fittings(session),
        fitted=fitted,
        usual=(fitted or Parameters()).usual,
        shelf=read_shelf(session, current_locale()),
        runs=latest_runs(session, _RUNS),
        begins=BEGINS,
        few=SMALLEST_CELL,
        fewest=(FEWEST_PEOPLE, FEWEST_ANSWERS),
    )
