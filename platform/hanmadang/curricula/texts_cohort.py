"""Why a lesson is in a cohort's curriculum, or not: the engine's codes, said of a group."""

from collections.abc import Mapping

from hanmadang.curricula import texts
from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.engine.reasons import Omission, Reason
from hanmadang.curricula.models import CurriculumState
from hanmadang.curricula.queries.cohorts import RestsOn
from hanmadang.curricula.texts import Words
from hanmadang.kernel.i18n import LazyText, _, lazy

STATES: Mapping[CurriculumState, LazyText] = {
    CurriculumState.DRAFT: lazy("Follows the answers"),
    CurriculumState.FROZEN: lazy("Frozen"),
    CurriculumState.ASSIGNED: lazy("Assigned"),
}


def reason_text(reason: Reason, words: Words, found: RestsOn) -> str:  # noqa: PLR0911 (one per code)
    """Why a lesson is in the curriculum of a group."""
    match reason:
        case reasons.Pinned():
            return _("Whoever put this curriculum together chose it.")
        case reasons.Need(competency=code, right=right, of=of):
            return _right(code, right, of, words)
        case reasons.Interest(topic=topic, source=Source.COHORT):
            return _wish(topic, words, found)
        case reasons.PrereqOf(unit=unit):
            return _("It is needed for %(lesson)s, later in this curriculum.",
                     lesson=words.lesson(unit))  # fmt: skip
        case reasons.Balance(perspective=False):
            return _("It lies outside what the group chose, so that the curriculum stays wide.")
        case reasons.Start(competency=code):
            return _("There are not enough answers of the group on %(name)s yet.",
                     name=words.competency(code))  # fmt: skip
        case _:
            return texts.reason_text(reason, words)


def omission_text(why: Omission, words: Words) -> str:  # noqa: PLR0911 (one per code)
    """Why a lesson is not in the curriculum of a group."""
    match why:
        case reasons.Skipped():
            return _("It was left out by hand.")
        case reasons.OneSided(answer=answer):
            return _("%(lesson)s was left out, and without it this would show one viewpoint only.",
                     lesson=words.lesson(answer))  # fmt: skip
        case reasons.Untaught(competency=code):
            return _("It builds on %(name)s, which no lesson that is open to the group teaches.",
                     name=words.competency(code))  # fmt: skip
        case reasons.Known(competency=code, of=0):
            return _("Most of the group probably know %(name)s already.",
                     name=words.competency(code))  # fmt: skip
        case reasons.Known(competency=code, right=right, of=of):
            return _right(code, right, of, words)
        case reasons.LessValue():
            return _("The lessons chosen help this group more in the same time.")
        case reasons.Crowded(topic=topic):
            return _("With it, %(topic)s would take more than its share of the time.",
                     topic=words.topic(topic))  # fmt: skip
        case _:
            return texts.omission_text(why, words)


def _right(code: str, right: int, of: int, words: Words) -> str:
    return _("About %(right)s of %(of)s answers on %(name)s were right.",
             right=right, of=of, name=words.competency(code))  # fmt: skip


def _wish(topic: str, words: Words, found: RestsOn) -> str:
    wish, name = found.wish(topic), words.topic(topic)
    if wish is None:
        return _("The group chose %(topic)s.", topic=name)
    return _("About %(count)s of %(n)s people in the poll chose %(topic)s.",
             count=wish.count, n=wish.of, topic=name)  # fmt: skip
