"""Whether a plan tells the truth: each reason and each omission against the inputs."""

from collections.abc import Iterator

from bench.curricula.rules import Case
from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import Unit, met
from hanmadang.curricula.engine.reasons import Omission, Reason
from hanmadang.curricula.engine.shares import by_topic


def untruths(case: Case) -> list[str]:
    """Every reason and omission that does not hold."""
    return [*_reasons(case), *_omissions(case)]


def _reasons(case: Case) -> Iterator[str]:
    for place, step in enumerate(case.plan.steps):
        unit = case.catalogue.by_id[step.unit_id]
        for why in step.reasons:
            if not (_cited(case, unit, why) and _placed(case, place, unit, why)):
                yield f"reason {why.code}"


def _cited(case: Case, unit: Unit, why: Reason) -> bool:  # noqa: PLR0911 (one per code)
    """What it cites is among the inputs."""
    learner = case.learner
    match why:
        case reasons.Pinned():
            return unit.id in learner.pinned
        case reasons.Need() | reasons.Again():
            known = case.estimates[why.competency].is_known
            told = learner.counts((why.competency,)) == (why.right, why.of)
            return why.competency in unit.taught() and told and why.of > 0 and not known
        case reasons.EventBefore():
            return any(e.event_id == why.event and unit.id in e.lead_in and not e.over
                       and e.day.isoformat() == why.day for e in learner.evenings)  # fmt: skip
        case reasons.EventAfter():
            return any(e.event_id == why.event and unit.id in e.follow_up and e.over
                       and e.attended == why.attended for e in learner.evenings)  # fmt: skip
        case reasons.Group():
            return any((p.percent, p.n) == (why.percent, why.n) and unit.id in p.units
                       for p in learner.follow_ups)  # fmt: skip
        case reasons.Interest():
            return why.topic in unit.topics and any(
                (i.topic, i.source) == (why.topic, why.source) for i in learner.interests
            )
        case reasons.Core():
            return why.partner in unit.core
        case reasons.Kept():
            return unit.id in learner.kept
    return True


def _placed(case: Case, place: int, unit: Unit, why: Reason) -> bool:  # noqa: PLR0911 (as above)
    """What it says about the path is so."""
    match why:
        case reasons.PrereqOf():
            later = case.catalogue.by_id[why.unit]
            before = case.founded.union(*(u.taught() for u in case.units[:place]))
            return case.units.index(later) > place and not met(later.needs, before)
        case reasons.Balance(perspective=True):
            others = case.catalogue.counterparts[unit.id]
            return any(other.id in case.ids for other in others)
        case reasons.Balance():
            alike = [why in step.reasons for step in case.plan.steps]
            return case.learner.topics().isdisjoint(unit.topics) and sum(alike) == 1
        case reasons.Fits():
            return why.minutes == unit.minutes <= why.longest == case.learner.longest
        case reasons.Longer():
            return why.minutes == unit.minutes > why.longest == case.learner.longest
        case reasons.Quick():
            return place == 0 and why.minutes == unit.minutes
        case reasons.Start():
            return why.competency in unit.taught()
    return True


def _omissions(case: Case) -> Iterator[str]:
    for unit_id, why in case.plan.omitted:
        if not _holds(case, case.catalogue.by_id[unit_id], why):
            yield f"omission {why.code}"


def _holds(case: Case, unit: Unit, why: Omission) -> bool:  # noqa: C901, PLR0911, PLR0912 (one per code)
    learner = case.learner
    match why:
        case reasons.Done():
            return unit.id in learner.done
        case reasons.Skipped():
            return unit.id in learner.skipped
        case reasons.MissingLanguage():
            return not unit.available
        case reasons.NoCaptions():
            return learner.needs_captions and not unit.captioned
        case reasons.Known():
            told = learner.counts((why.competency,)) == (why.right, why.of)
            return told and all(case.estimates[code].is_known for code in unit.taught())
        case reasons.Claimed():
            return why.competency in learner.known_claims and why.competency in unit.taught()
        case reasons.Untaught():
            gone = case.reached(case.founded)
            return any(why.competency in g and gone.isdisjoint(g) for g in unit.needs)
        case reasons.OneSided():
            return why.answer in learner.skipped and bool(
                case.catalogue.by_id[why.answer].perspective
            )
        case reasons.TooLong():
            return why.minutes == unit.minutes > why.longest == learner.longest
        case reasons.OverBudget():
            fits = unit.minutes == why.minutes if why.alone else unit.minutes < why.minutes
            return fits and why.minutes > why.left == case.left
        case reasons.Crowded():
            return by_topic(case.units).get(why.topic, 0) + unit.minutes > 20 or bool(
                unit.needs or unit.perspective
            )
        case reasons.LessValue():
            alone = not (unit.needs or unit.perspective)
            fits = alone and unit.minutes <= case.left
            return bool(case.units) and not fits and unit.id not in learner.pinned
        case reasons.Unlinked():
            return True
