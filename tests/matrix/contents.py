"""The private objects of the world, made through the rooms' own verbs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.domain import enrolling
from hanmadang.courses.models import Course, CourseVersion, Module, Unit, VersionState
from hanmadang.curricula.domain import link_module, open_feed
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.models import (
    DemandFigure,
    DemandSuggestion,
    Evidence,
    EvidenceKind,
    LinkRole,
    Wanted,
)
from hanmadang.curricula.views.calendar import feed_token
from hanmadang.demo.people import acting
from hanmadang.events.domain import programme, seats
from hanmadang.events.models import Event
from hanmadang.forums.domain import calls, decisions, experts, proposals, reviews, talks
from hanmadang.forums.models import Call, Outcome, Proposal
from hanmadang.kernel import clock, media, pictures
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Topic
from hanmadang.polls.domain import PollDraft, audience, cast_many, create_poll, profiles
from hanmadang.polls.domain.audience_desk import move
from hanmadang.polls.domain.audience_sitting import SittingSettings, configure
from hanmadang.polls.domain.lifecycle import change_state
from hanmadang.polls.domain.margins import MarginDraft, write_down
from hanmadang.polls.domain.statements import suggest
from hanmadang.polls.models import Assurance, Poll, PollState, Question
from hanmadang.polls.models_audience import AskState, SittingState
from hanmadang.polls.models_profile import FirstRelease
from hanmadang.polls.models_words import PollWord
from hanmadang.polls.profiles import Attribute
from hanmadang.polls.rules_audience import person_of
from hanmadang.polls.rules_statements import suggester_of
from tests.factories.events import evening
from tests.factories.forums import (
    call_fields,
    forum_fields,
    profile_fields,
    proposal_fields,
    talk_fields,
)
from tests.factories.pictures import photograph
from tests.factories.polls import OPINION
from tests.factories.statements import STATEMENTS
from tests.factories.words import TEXT, typed
from tests.matrix import companion
from tests.matrix.actors import Cast
from tests.matrix.canaries import Aviary

Made = dict[str, Mapping[str, Any]]
_ZONE = "Asia/Seoul"
_TEXTS = ("title", "abstract", "notes")


def _in(days: int) -> Moment:
    whole = clock.now().replace(second=0, microsecond=0)
    return Moment.from_instant(whole + timedelta(days=days), _ZONE)


def _both(text: str) -> Bilingual:
    return Bilingual.of(ko=text, en=text)


def _boss(session: Session) -> Viewer:
    return acting(session, "administrator")


def city(session: Session) -> Made:
    """What everybody may read: a lesson, files, a picture, a part of the demo."""
    unit, module, course, course_id = session.execute(
        select(Unit.id, Module.slug, Course.slug, Course.id)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.state == VersionState.PUBLISHED.value)
        .order_by(Course.position, Unit.position)
    ).first() or (0, "", "", 0)
    slug = session.scalar(select(Unit.slug).where(Unit.id == unit))
    picture = pictures.keep(session, pictures.draw(photograph()))
    lesson = {
        "course": course, "course_id": course_id, "module": module, "unit": slug, "unit_id": unit,
    }  # fmt: skip
    return {
        "lesson": lesson | {"kind": "csv"},
        "form of the bank": {"form": "csv"},
        "stylesheet": {"filename": "css/base.css"},
        "picture": {"name": picture},
        "stored file": {"name": media.keep(session, media.ready(b"%PDF-1.7 a paper"))},
        "part of the demo": {"code": "citizen"},
    }


def events(session: Session, cast: Cast, aviary: Aviary) -> Made:
    """For each institution a draft, and an evening that citizen A and expert A booked."""
    made, boss = Made(), _boss(session)
    for number, place in enumerate(cast.institutions, 1):
        hidden = evening(_in(20), title=_both(aviary.mark(f"events-desk-{number}", "draft")))
        fields = evening(_in(21), title=_both(f"Evening {number}"))
        for name, each in ((f"draft event {number}", hidden), (f"event {number}", fields)):
            event = programme.create(
                session, each, actor=boss, institution_id=place, now=clock.now(),
                slug=name.replace(" ", "-"),
            )  # fmt: skip
            made[name] = {"event_id": event.id, "slug": event.slug}
        programme.publish(session, event, actor=boss, now=clock.now())
        for name in ("citizen-a", "expert-a") if number == 1 else ("citizen-b",):
            seats.book(session, event, actor=cast.viewers[name], locale="en", now=clock.now())
    return made


def polls(session: Session, cast: Cast, aviary: Aviary) -> Made:
    """For each institution a draft and an open poll, made by its organizer."""
    made = Made()
    for number, place in enumerate(cast.institutions, 1):
        author = cast.viewers[f"organizer-{number}"]
        hidden = aviary.mark(f"polls-desk-{number}", "draft")
        for name, title in ((f"draft poll {number}", hidden), (f"poll {number}", f"Poll {number}")):
            draft = PollDraft(_both(title), (OPINION,), institution_id=place)
            slug = name.replace(" ", "-")
            poll = create_poll(session, author, draft, now=clock.now(), slug=slug)
            made[name] = {
                "poll_id": poll.id,
                "slug": poll.slug,
                "code": poll.code,
                "ask_id": 999_999,
            }
        profiles.ask_for(session, author, poll.id, tuple(Attribute), FirstRelease.CLOSE)
        change_state(session, author, poll.id, PollState.OPEN, now=clock.now())
        made[f"margins {number}"] = {"set_id": _margins(session, author, aviary, number)}
        asked = _asked(session, author, poll, aviary, f"polls-desk-{number}")
        made[name] = {**made[name], "ask_id": asked}
        made[f"codes poll {number}"] = _with_codes(session, author, number, place)
    return made


def statements(session: Session, cast: Cast, aviary: Aviary) -> Made:
    """For each institution an open poll of statements, and a suggestion for moderators alone."""
    made = Made()
    for number, place in enumerate(cast.institutions, 1):
        author = cast.viewers[f"organizer-{number}"]
        draft = PollDraft(_both(f"Statements {number}"), (STATEMENTS,), institution_id=place)
        slug = f"statements-{number}"
        poll = create_poll(session, author, draft, now=clock.now(), slug=slug)
        change_state(session, author, poll.id, PollState.OPEN, now=clock.now())
        text = aviary.mark(f"polls-desk-{number}", "suggestion")
        person = suggester_of(poll.secret, text)
        suggested = suggest(session, poll.id, person, text, page="en", key=text)
        made[f"statements {number}"] = {
            "poll_id": poll.id,
            "slug": poll.slug,
            "code": poll.code,
            "option_id": poll.questions[0].options[0].id,
            "suggestion_id": suggested.id,
        }
    return made


def words(session: Session, cast: Cast, aviary: Aviary) -> Made:
    """For each institution an open poll of typed answers, one of them for moderators alone."""
    made = Made()
    for number, place in enumerate(cast.institutions, 1):
        author = cast.viewers[f"organizer-{number}"]
        draft = PollDraft(_both(f"Words {number}"), (TEXT,), institution_id=place)
        poll = create_poll(session, author, draft, now=clock.now(), slug=f"words-{number}")
        change_state(session, author, poll.id, PollState.OPEN, now=clock.now())
        question = poll.questions[0]
        cast_many(session, [typed(question, aviary.mark(f"polls-desk-{number}", "typed"))])
        word_id = session.scalars(
            select(PollWord.id).where(PollWord.question_id == question.id)
        ).one()
        made[f"words {number}"] = {
            "poll_id": poll.id,
            "question_id": question.id,
            "word_id": word_id,
        }
    return made


def _margins(session: Session, author: Viewer, aviary: Aviary, number: int) -> int:
    """Population figures that only one institution uses."""
    name = _both(aviary.mark(f"polls-desk-{number}", "figures"))
    figures = {"sex": {"female": 5, "male": 4}}
    draft = MarginDraft(name, _both("A source"), figures, author.institution_id)
    return write_down(session, author, draft, now=clock.now()).id


def _with_codes(session: Session, author: Viewer, number: int, place: int) -> dict[str, Any]:
    """An open poll that asks for a one-time code."""
    draft = PollDraft(_both(f"Codes {number}"), (OPINION,), institution_id=place)
    draft = replace(draft, assurance=Assurance.CODES)
    poll = create_poll(session, author, draft, now=clock.now(), slug=f"codes-poll-{number}")
    change_state(session, author, poll.id, PollState.OPEN, now=clock.now())
    return {"poll_id": poll.id, "slug": poll.slug, "code": poll.code}


def _asked(session: Session, author: Viewer, poll: Poll, aviary: Aviary, place: str) -> int:
    """One audience question in the public list, and one that only moderators may read."""
    settings = SittingSettings(SittingState.OPEN)
    configure(session, author, poll.id, settings)
    shown, _waiting = (
        audience.ask(session, poll.id, person_of(poll.secret, text), text, page="en").id
        for text in ("Shown?", aviary.mark(place, "waiting question"))
    )
    move(session, author, poll.id, shown, seen=AskState.PENDING, to=AskState.SHOWN)
    return shown


def forums(session: Session, cast: Cast, aviary: Aviary) -> Made:
    """For each institution a forum with an open call, a planned talk and an expert's proposals."""
    made = Made()
    for number, letter in ((1, "a"), (2, "b")):
        place, expert = cast.institutions[number - 1], cast.viewers[f"expert-{letter}"]
        title = aviary.mark(f"forums-desk-{number}", "draft")
        hidden = _forum(session, place, title, slug=f"draft-forum-{number}")
        forum = _forum(session, place, f"Forum {number}", slug=f"forum-{number}", published=True)
        call = _call(session, forum, f"Call {number}")
        secret = _call(session, hidden, aviary.mark(f"forums-desk-{number}", "draft call"))
        made[f"draft forum {number}"] = _named(hidden) | {"call_id": secret.id}
        starts = {"starts": f"{_in(40).local:%Y-%m-%dT%H:%M}"}
        made[f"forum {number}"] = _named(forum) | {"call_id": call.id} | starts
        bare = _forum(session, place, "A forum without a call", slug=f"bare-forum-{number}")
        made[f"bare forum {number}"] = _named(bare)
        made[f"talk {number}"] = {"talk_id": _talk(session, forum, aviary, number)}
        _introduce(session, aviary, expert, f"expert-{letter}")
        made |= _proposals(session, cast, aviary, call, letter)
    return made


def _named(event: Event) -> dict[str, Any]:
    return {"event_id": event.id, "slug": event.slug}


def _forum(
    session: Session, place: int, title: str, *, slug: str, published: bool = False
) -> Event:
    boss, now = _boss(session), clock.now()
    fields = forum_fields(_in(40), title=_both(title))
    event = programme.create(session, fields, actor=boss, institution_id=place, now=now, slug=slug)
    if published:
        programme.publish(session, event, actor=boss, now=now)
    return event


def _call(session: Session, forum: Event, text: str) -> Call:
    fields = call_fields(text=_both(text), opens=_in(-3), closes=_in(30))
    return calls.create_call(session, forum.id, fields, actor=_boss(session), now=clock.now())


def _talk(session: Session, forum: Event, aviary: Aviary, number: int) -> int:
    fields = talk_fields(
        title=_both(aviary.mark(f"forums-desk-{number}", "planned talk")), starts=_in(40).local
    )
    return talks.add_talk(session, forum.id, fields, actor=_boss(session), now=clock.now()).id


def _introduce(session: Session, aviary: Aviary, expert: Viewer, name: str) -> None:
    fields = profile_fields(
        name=aviary.mark(name, "speaker name"),
        affiliation=aviary.mark(name, "affiliation"),
        bio=aviary.mark(name, "biography"),
        bio_language="en",
    )
    experts.save_profile(session, fields, actor=expert, now=clock.now())


def _proposals(session: Session, cast: Cast, aviary: Aviary, call: Call, letter: str) -> Made:
    """One draft, and one sent in, reviewed and silently accepted."""
    name = f"expert-{letter}"
    expert, reviewer, now = cast.viewers[name], cast.viewers["reviewer"], clock.now()
    draft, sent = (
        _proposal(
            session, call, expert, {what: aviary.mark(name, f"{state}{what}") for what in _TEXTS}
        )
        for state in ("draft ", "")
    )
    proposals.submit(session, sent.key, actor=expert, now=now)
    comment = aviary.mark("reviewer", f"comment on {letter}")
    reviews.score(session, sent.key, 4, comment, actor=reviewer, now=now)
    decisions.decide(
        session, sent.key, Outcome.ACCEPTED, desk_version=sent.desk_version,
        actor=_boss(session), now=now,
    )  # fmt: skip
    return {
        f"proposal {letter}": {"key": sent.key, "proposal_id": sent.id},
        f"draft proposal {letter}": {"key": draft.key, "proposal_id": draft.id},
    }


def _proposal(session: Session, call: Call, actor: Viewer, marks: Mapping[str, str]) -> Proposal:
    fields = proposal_fields(**marks)
    return proposals.start(session, call.id, fields, locale="en", actor=actor, now=clock.now())


def learning(session: Session, cast: Cast, aviary: Aviary) -> Made:
    """Evidence of two citizens, an enrolment, and modules linked to each institution's event."""
    made = Made()
    topic = session.scalars(select(Topic.code).order_by(Topic.position)).first()
    for letter in ("a", "b"):
        name = f"citizen-{letter}"
        evidence = Evidence(
            account_id=cast.viewers[name].id, kind=EvidenceKind.INTEREST.value, topic_code=topic,
            source_kind=Source.POLL.value, source_ref="1", consent_version="1",
            source_label=_both(aviary.mark(name, "evidence")), created_on=clock.now().date(),
        )  # fmt: skip
        session.add(evidence)
        session.flush()
        made[f"evidence of {name}"] = {"key": str(evidence.id)}
    course = session.scalars(select(Course.id).order_by(Course.position)).first() or 0
    enrolling.enrol(session, cast.viewers["citizen-a"], course, locale="en", now=clock.now())
    seed = open_feed(session, cast.viewers["citizen-a"], "en")
    made["path feed of citizen-a"] = {"token": feed_token(seed)}
    made |= companion.of(session, cast, aviary)
    return made | _links(session) | _suggestion(session, str(topic))


def _suggestion(session: Session, topic: str) -> Made:
    """What a poll of this house asked for, to be decided by any editor."""
    question = session.scalars(
        select(Question)
        .join(Poll, Poll.id == Question.poll_id)
        .where(Poll.state == PollState.CLOSED.value)
        .order_by(Question.id)
    ).first()
    if question is None:
        return Made()
    told = {"poll_id": question.poll_id, "wanted": Wanted.WISH.value, "count": 60, "n": 120}
    session.add(DemandFigure(question_id=question.id, place=99, codes=[topic], **told))
    held = DemandSuggestion(code=topic, low=0.4, bar=0.25, created_at=clock.now(), **told)
    session.add(held)
    session.flush()
    return Made({"suggestion": {"suggestion_id": held.id}})


def _links(session: Session) -> Made:
    made = Made()
    module = session.scalars(
        select(Module.id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .where(CourseVersion.state == VersionState.PUBLISHED.value)
    ).first()
    for name in ("event-1", "event-2", "draft-event-1"):
        event = session.scalars(select(Event).where(Event.slug == name)).one()
        link = link_module(session, event.id, module or 0, LinkRole.LEAD_IN, actor=_boss(session))
        made[f"link of {name.replace('-', ' ')}"] = {"link_id": link.id, "module_id": module}
    return made
