"""Drafts that answer a suggestion where no lesson does: an event, a call for speakers, a lesson."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from hanmadang.courses.domain import drafts
from hanmadang.courses.queries.drafts import units_of
from hanmadang.curricula.demand_rules import percent
from hanmadang.curricula.models import DemandSuggestion, Reply, Wanted
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.events.domain import EventFields
from hanmadang.events.domain import create as create_event
from hanmadang.events.models import Event, EventKind
from hanmadang.forums.domain.calls import CallFields, create_call
from hanmadang.forums.models import Format
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment, zone
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.errors import NotFoundError, RefusedError
from hanmadang.kernel.permissions import Permission, Viewer
from hanmadang.polls.models import Poll

AHEAD = timedelta(days=28)
"""How far ahead a drafted event lies; its organizers set the day."""
BEGINS, LASTS = time(19), timedelta(hours=2)
STRENGTH = 0.5


@dataclass(frozen=True, slots=True)
class Named:
    """What a draft is about, in words."""

    topic: str
    name: Bilingual
    """Of the topic or the competency."""

    @classmethod
    def of(cls, shelf: Shelf, held: DemandSuggestion, topic: str) -> "Named":
        """The words of a suggestion."""
        names = shelf.topics if held.wanted == Wanted.WISH else shelf.competencies
        return cls(topic, names[held.code])


def open_draft(  # noqa: PLR0913, PLR0917  (who drafts what of which kind, about what, when)
    session: Session, actor: Viewer, held: DemandSuggestion, reply: Reply, named: Named,
    now: datetime,
) -> None:  # fmt: skip
    """Open the draft, prefilled, and remember it. Raises RefusedError."""
    if reply is Reply.LESSON:
        held.course_id, held.module_slug, held.unit_slug = _lesson(session, actor, held, named, now)
        return
    event = _event(session, actor, held, named, now)
    held.event_id = event.id
    if reply is Reply.CALL:
        create_call(session, event.id, _call(held, named, event, now), actor=actor, now=now)


def _lesson(
    session: Session, actor: Viewer, held: DemandSuggestion, named: Named, now: datetime
) -> tuple[int, str, str]:
    if not actor.may(Permission.COURSES_AUTHOR):
        raise RefusedError
    title = {language: named.name.get(language) for language in LANGUAGES}
    head = {"title": title, "summary": _both(_why(held)), "audience": {}}
    draft = drafts.begin(session, actor, head, institution_id=actor.institution_id, now=now)
    module = drafts.add_module(session, draft.course_id, {"title": title, "summary": {}})
    unit = drafts.add_unit(session, actor, module.id, title, now=now)
    content = dict(unit.content) | {"topics": [named.topic]}
    if held.wanted == Wanted.GAP:
        content["teaches"] = [{"competency": held.code, "strength": STRENGTH}]
    drafts.save_unit(session, actor, unit.id, content, revision=unit.revision, now=now)
    (written,) = units_of(session, module.id)
    return draft.course_id, module.slug, written.slug


def _event(
    session: Session, actor: Viewer, held: DemandSuggestion, named: Named, now: datetime
) -> Event:
    """A forum four weeks ahead, whose place is open; nobody but its organizers sees it."""
    poll = session.get(Poll, held.poll_id)
    if poll is None:
        raise NotFoundError
    host = actor.institution_id if actor.institution_id is not None else poll.institution_id
    if host is None:
        raise RefusedError
    place = settings().zone
    day = (now.astimezone(zone(place)) + AHEAD).date()
    begins = datetime.combine(day, BEGINS)
    fields = EventFields(
        kind=EventKind.FORUM,
        title=named.name,
        venue=Bilingual.of(ko="장소 미정", en="Place to be decided"),
        summary=_why(held),
        topics=(named.topic,),
        zone=place,
        starts=Moment.at(begins, place),
        ends=Moment.at(begins + LASTS, place),
    )
    return create_event(session, fields, actor=actor, institution_id=host, now=now)


def _call(held: DemandSuggestion, named: Named, event: Event, now: datetime) -> CallFields:
    why = _why(held)
    text = Bilingual.of(
        ko=f"‘{named.name.get('ko')}’에 대해 이야기해 주실 분을 찾습니다. {why.get('ko')}",
        en=f"We are looking for speakers on “{named.name.get('en')}”. {why.get('en')}",
    )
    closes = event.begins_at - AHEAD / 4
    return CallFields(
        text=text,
        formats=(Format.TALK,),
        minutes=(20, 40),
        languages=LANGUAGES,
        opens=Moment.from_instant(now, event.zone),
        closes=Moment.from_instant(closes, event.zone),
    )


def _why(held: DemandSuggestion) -> Bilingual:
    """The figures behind it, as a reader of the draft should know them."""
    share, n = percent(held.count, held.n), held.n
    if held.wanted == Wanted.WISH:
        return Bilingual.of(
            ko=f"설문에 답한 {n}명 가운데 {share}%가 이 주제를 더 알고 싶다고 했습니다.",
            en=f"{share}% of {n} people who answered a poll want to learn about this.",
        )
    return Bilingual.of(
        ko=f"설문에 답한 {n}명 가운데 {share}%가 이 내용을 묻는 문제를 맞히지 못했습니다.",
        en=f"{share}% of {n} people who answered a poll missed a question on this.",
    )


def _both(text: Bilingual) -> dict[str, str]:
    return {language: text.get(language) for language in LANGUAGES}
