"""Reasons in words. Every sentence says only what its code and numbers say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.engine.reasons import Omission, Reason
from hanmadang.curricula.models import Basis, LinkRole
from hanmadang.curricula.queries.demand import Standing
from hanmadang.curricula.queries.evidence import Verdict
from hanmadang.curricula.queries.paths import Made
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import LazyText, _, _n, format_day, lazy

ROLES: Mapping[LinkRole, LazyText] = {
    LinkRole.LEAD_IN: lazy("Before the event"),
    LinkRole.FOLLOW_UP: lazy("After the event"),
}
STANDINGS: Mapping[Standing, LazyText] = {
    Standing.OPEN: lazy("Published when the poll closes"),
    Standing.HIDDEN: lazy("The numbers are too small to publish"),
}
SOURCES: Mapping[str, LazyText] = {
    Source.POLL.value: lazy("Poll"),
    Source.QUESTION.value: lazy("Questions you asked or up-voted"),
    Source.COHORT.value: lazy("Your group's poll"),
    Source.PRETEST.value: lazy("Short test at the beginning"),
    Source.CHECK.value: lazy("Check of what you said you know"),
    Source.QUIZ.value: lazy("Answers in lessons"),
    Source.DECLARED.value: lazy("Your settings"),
    Source.EVENT.value: lazy("Booked event"),
    Basis.LESSON.value: lazy("Finished lesson"),
}
"""Where a piece of evidence comes from."""
VERDICTS: Mapping[Verdict, LazyText] = {
    Verdict.LIKELY: lazy("You probably know it"),
    Verdict.UNSURE: lazy("Not sure yet"),
    Verdict.UNASKED: lazy("Not asked yet"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """Names of what reasons speak of, in one language."""

    shelf: Shelf
    events: Mapping[int, Bilingual]
    language: str
    aside: tuple[int, ...] = ()
    """Lessons that were set aside."""

    @classmethod
    def of(cls, made: Made) -> "Words":
        """The names a path needs."""
        titles = {evening.event_id: evening.title for evening in made.facts.evenings}
        return cls(made.shelf, titles, made.shelf.language, made.learner.skipped)

    def taught(self, unit_id: int) -> frozenset[str]:
        """The competencies that this lesson teaches."""
        unit = self.shelf.catalogue.by_id.get(unit_id)
        return unit.taught() if unit else frozenset()

    def competency(self, code: str) -> str:
        """The competency's name, in quotation marks."""
        return self._quoted(self.shelf.competencies.get(code), code)

    def topic(self, code: str) -> str:
        """The topic's name, in quotation marks."""
        return self._quoted(self.shelf.topics.get(code), code)

    def lesson(self, unit_id: int) -> str:
        """The lesson's title, in quotation marks."""
        lesson = self.shelf.lessons.get(unit_id)
        return self._quoted(lesson.title if lesson else None, str(unit_id))

    def event(self, event_id: int) -> str:
        """The event's title, in quotation marks."""
        return self._quoted(self.events.get(event_id), str(event_id))

    def _quoted(self, name: Bilingual | None, code: str) -> str:
        text = name.shown(self.language).text if name else code
        return f"‘{text}’" if self.language == "ko" else f"“{text}”"


def reason_text(reason: Reason, words: Words) -> str:  # noqa: C901, PLR0911, PLR0912 (one per code)
    """Why a lesson is in the path."""
    match reason:
        case reasons.Pinned():
            return _("You pinned it.")
        case reasons.Need():
            return _need(reason, words)
        case reasons.Again():
            return _again(reason, words)
        case reasons.EventBefore():
            return _("It prepares you for %(event)s on %(day)s, which you booked.",
                     event=words.event(reason.event), day=_day(reason.day))  # fmt: skip
        case reasons.EventAfter():
            return _event_after(reason, words)
        case reasons.Group():
            return _group(reason, words)
        case reasons.Interest():
            return _interest(reason, words)
        case reasons.Core():
            return _("%(partner)s recommends it to everybody.", partner=reason.partner)
        case reasons.PrereqOf():
            return _("You need it for %(lesson)s, later in your path.",
                     lesson=words.lesson(reason.unit))  # fmt: skip
        case reasons.Balance():
            return _balance(reason)
        case reasons.Kept():
            return _("It was announced as one of your next steps.")
        case reasons.Fits():
            return _("It takes %(minutes)s minutes, within the %(longest)s you asked for.",
                     minutes=reason.minutes, longest=reason.longest)  # fmt: skip
        case reasons.Longer():
            return _("It is here for the reasons above, though its %(minutes)s minutes "
                     "are more than the %(longest)s you asked for.",
                     minutes=reason.minutes, longest=reason.longest)  # fmt: skip
        case reasons.Quick():
            return _n("It takes only a minute: a good way to begin.",
                      "It takes only %(n)s minutes: a good way to begin.",
                      reason.minutes)  # fmt: skip
        case reasons.Start():
            return _("You have not answered a question on %(name)s yet; it may hold something new.",
                     name=words.competency(reason.competency))  # fmt: skip


def omission_text(why: Omission, words: Words) -> str:  # noqa: C901, PLR0911, PLR0912 (one per code)
    """Why a lesson is not in the path."""
    match why:
        case reasons.Done():
            return _("You have finished it.")
        case reasons.Skipped():
            return _("You set it aside.")
        case reasons.Known():
            return _known(why, words)
        case reasons.Claimed():
            return _("You said that you know %(name)s.", name=words.competency(why.competency))
        case reasons.MissingLanguage():
            return _("It is not written in English yet.")
        case reasons.NoCaptions():
            return _("It has no captions in this language yet.")
        case reasons.Untaught():
            return _untaught(why, words)
        case reasons.OneSided():
            return _("You set %(lesson)s aside, and without it this would show one viewpoint only.",
                     lesson=words.lesson(why.answer))  # fmt: skip
        case reasons.TooLong():
            return _("It takes %(minutes)s minutes; you asked for at most %(longest)s.",
                     minutes=why.minutes, longest=why.longest)  # fmt: skip
        case reasons.OverBudget():
            return _over_budget(why)
        case reasons.Crowded():
            return _("With it, %(topic)s would take more than its share of this path.",
                     topic=words.topic(why.topic))  # fmt: skip
        case reasons.LessValue():
            return _("The lessons in your path help you more in the same time right now.")
        case reasons.Unlinked():
            return _("Nothing in it counts towards a path yet.")


def _event_after(reason: reasons.EventAfter, words: Words) -> str:
    event, day = words.event(reason.event), _day(reason.day)
    if reason.attended:
        return _("It carries on from %(event)s, which you attended on %(day)s.",
                 event=event, day=day)  # fmt: skip
    return _("It carries on from %(event)s, which you booked for %(day)s.",
             event=event, day=day)  # fmt: skip


def _again(again: reasons.Again, words: Words) -> str:
    name = words.competency(again.competency)
    if not again.right:
        return _n("You finished it, but your answer on %(name)s was not right yet.",
                  "You finished it, but none of your %(n)s answers on %(name)s was right yet.",
                  again.of, name=name)  # fmt: skip
    return _n("You finished it, and one of your %(of)s answers on %(name)s was right so far.",
              "You finished it, and %(n)s of your %(of)s answers on %(name)s were right so far.",
              again.right, of=again.of, name=name)  # fmt: skip


def _need(need: reasons.Need, words: Words) -> str:
    name = words.competency(need.competency)
    if not need.right:
        return _n("Your answer on %(name)s was not right yet.",
                  "None of your %(n)s answers on %(name)s was right yet.",
                  need.of, name=name)  # fmt: skip
    if need.right < need.of:
        return _n("One of your %(of)s answers on %(name)s was right so far.",
                  "%(n)s of your %(of)s answers on %(name)s were right so far.",
                  need.right, of=need.of, name=name)  # fmt: skip
    return _n("Your answer on %(name)s was right; a lesson makes it firm.",
              "All your %(n)s answers on %(name)s were right; a lesson makes it firm.",
              need.of, name=name)  # fmt: skip


def _known(known: reasons.Known, words: Words) -> str:
    name = words.competency(known.competency)
    if known.right * 2 <= known.of:
        return _("By all we can tell, you probably know %(name)s already.", name=name)
    return _("You probably know %(name)s: %(right)s of %(of)s answers were right.",
             name=name, right=known.right, of=known.of)  # fmt: skip


def _untaught(why: reasons.Untaught, words: Words) -> str:
    name = words.competency(why.competency)
    aside = next((n for n in words.aside if why.competency in words.taught(n)), None)
    if aside is not None:
        return _("It builds on %(name)s, which is taught in %(lesson)s; you set that one aside.",
                 name=name, lesson=words.lesson(aside))  # fmt: skip
    return _("It builds on %(name)s, which no lesson that is open to you teaches.", name=name)


def _over_budget(why: reasons.OverBudget) -> str:
    if not why.left and why.alone:
        return _n("It takes one minute; the time for this path is full.",
                  "It takes %(n)s minutes; the time for this path is full.",
                  why.minutes)  # fmt: skip
    if not why.left:
        return _("Together with the lessons it needs, it takes %(minutes)s minutes; "
                 "the time for this path is full.",
                 minutes=why.minutes)  # fmt: skip
    if why.alone:
        return _n("It takes %(minutes)s minutes, and only one is left in this path.",
                  "It takes %(minutes)s minutes, and only %(n)s are left in this path.",
                  why.left, minutes=why.minutes)  # fmt: skip
    return _n("Together with the lessons it needs, it takes %(minutes)s minutes, "
              "and only one is left in this path.",
              "Together with the lessons it needs, it takes %(minutes)s minutes, "
              "and only %(n)s are left in this path.",
              why.left, minutes=why.minutes)  # fmt: skip


def _interest(interest: reasons.Interest, words: Words) -> str:
    topic = words.topic(interest.topic)
    match interest.source:
        case Source.DECLARED:
            return _("%(topic)s is among the interests you set.", topic=topic)
        case Source.EVENT:
            return _("You booked an event on %(topic)s.", topic=topic)
        case Source.QUESTION:
            return _(
                "You asked or up-voted a question where the talk was of %(topic)s.", topic=topic
            )
        case Source.COHORT:
            return _("Your group chose %(topic)s in its poll.", topic=topic)
        case _:
            return _("You chose %(topic)s in a poll.", topic=topic)


def _group(group: reasons.Group, words: Words) -> str:
    if not group.about:
        return _("%(percent)s%% of the %(n)s people who answered a poll with you asked for it.",
                 percent=group.percent, n=group.n)  # fmt: skip
    if group.missed:
        return _("%(percent)s%% of the %(n)s people in your poll missed the question on %(name)s.",
                 percent=group.percent, n=group.n, name=words.competency(group.about))  # fmt: skip
    return _("%(percent)s%% of the %(n)s people in your poll asked for %(topic)s.",
             percent=group.percent, n=group.n, topic=words.topic(group.about))  # fmt: skip


def _balance(balance: reasons.Balance) -> str:
    if balance.perspective:
        return _("It argues from another viewpoint, so that you meet more than one.")
    return _("It lies outside your interests, so that your path stays wide.")


def _day(iso: str) -> str:
    return format_day(date.fromisoformat(iso), "short_day")
