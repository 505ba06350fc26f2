"""What a page says while there are no tables, or while they stand still."""

from hanmadang.kernel.i18n import _, _n
from hanmadang.polls.models import ResultsShown
from hanmadang.polls.models_profile import Audience, FirstRelease
from hanmadang.polls.queries import PollPage, QuestionPage
from hanmadang.polls.queries.cubes import fewest_more
from hanmadang.polls.queries.profiles import AskPage
from hanmadang.polls.queries.tables import Released
from hanmadang.polls.survey.thresholds import (
    SMALLEST_CELL,
    SMALLEST_STAFF_CELL,
    fewest_for,
)

_SMALLEST = {Audience.PUBLIC: SMALLEST_CELL, Audience.STAFF: SMALLEST_STAFF_CELL}


def why_empty(
    page: PollPage, question: QuestionPage, ask: AskPage, found: Released | None, audience: Audience
) -> str:
    """Why a question has no tables, how many are missing and when they may come."""
    least = int(fewest_for(1))
    if page.is_closed:
        missing = least - question.answered
        if missing > 0:
            return _n(
                "One more person would have had to answer for tables.",
                "%(n)s more people would have had to answer for tables.",
                missing,
            )
        if found is None:
            return _("The tables are being made. Please look again in a minute.")
        return _("Too much would have to be hidden, so there are no tables of this question.")
    waits = audience is Audience.PUBLIC and question.shown is not ResultsShown.LIVE
    if waits or ask.first is FirstRelease.CLOSE:
        return _(
            "The tables are published when the poll closes, if at least %(n)s answered.", n=least
        )
    missing = int(ask.first.value) - question.answered
    if missing > 0:
        return _n(
            "The first tables come after one more answer.",
            "The first tables come after %(n)s more answers.",
            missing,
        )
    return _("The tables are being made. Please look again in a minute.")


def when_next(question: QuestionPage, found: Released | None, audience: Audience) -> str:
    """When tables of a running poll may move at the earliest."""
    if found is None or not found.tables:
        return ""
    shown = {"tables": found.tables}
    missing = found.n + fewest_more(shown, _SMALLEST[audience]) - question.answered
    if missing <= 0:
        return _("New tables may come within minutes.")
    return _n(
        "Tables move in batches, so that nobody’s answer shows as the difference of two of them. "
        "The next can come after one more answer at the earliest.",
        "Tables move in batches, so that nobody’s answer shows as the difference of two of them. "
        "The next can come after %(n)s more answers at the earliest.",
        missing,
    )
