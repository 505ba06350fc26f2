"""The organizers' desk: who speaks when."""

from datetime import datetime

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums import texts
from hanmadang.forums.domain import talks as verbs
from hanmadang.forums.forms import TalkForm
from hanmadang.forums.models import HOLDS_A_PLACE, Outcome, Talk
from hanmadang.forums.queries import forums, proposals, talks
from hanmadang.forums.queries.forums import Forum
from hanmadang.forums.queries.talks import PlannedTalk
from hanmadang.forums.views.room import act_once, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import _, _n, current_locale
from hanmadang.kernel.idempotency import Answer
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_NEEDS = Permission.FORUMS_ORGANIZE


@room.form("/desk/forums/<int:event_id>/programme", needs=_NEEDS)
def desk_programme(event_id: int) -> ResponseReturnValue:
    """The programme with its warnings, and the form for one more talk."""
    forum = forums.managed(db.session(), event_id, viewer())
    plan = talks.plan(db.session(), event_id)
    form = TalkForm().offer(_need_a_place(forum, plan))
    if request.method == "GET":
        form.proposal.data = _asked_for(forum)
        form.starts.data = _next_start(forum, plan)
        return _page(form, forum, plan)
    if form.sent():
        try:
            return act_once(lambda session: _add(session, form, event_id))
        except InvalidFieldError as error:
            form.blame(error)
    return _page(form, forum, plan, status=422)


def _need_a_place(forum: Forum, plan: list[PlannedTalk]) -> list[tuple[int, str]]:
    if forum.call is None:
        return []
    placed = {each.proposal_id for each in plan}
    return [
        (found.id, f"{found.title} ({found.name}, {texts.minutes(found.minutes)})")
        for found in proposals.on_desk(db.session(), forum.call.id, viewer())
        if found.id not in placed
        and (found.state in HOLDS_A_PLACE or found.pending == Outcome.ACCEPTED)
    ]


def _asked_for(forum: Forum) -> int:
    key = request.args.get("proposal", "")
    if not key or forum.call is None:
        return 0
    found = proposals.desk_one(db.session(), key, viewer())
    return found.id if found.call_id == forum.call.id else 0


def _next_start(forum: Forum, plan: list[PlannedTalk]) -> datetime:
    last = max((each.talk.ends for each in plan), default=forum.starts)
    return (last if last.instant < forum.ends.instant else forum.starts).local


def _add(session: Session, form: TalkForm, event_id: int) -> Answer:
    talk = verbs.add_talk(session, event_id, form.fields(), actor=viewer(), now=clock.now())
    return _answer(session, talk, _("The talk is on the programme. It is not public yet."))


def _answer(session: Session, talk: Talk, said: str) -> Answer:
    """Where to go next; a conflict with the speaker's own times is said with the name."""
    here = url_for("forums.desk_programme", event_id=talk.event_id)
    plan = talks.plan(session, talk.event_id)
    warned = next((each for each in plan if each.talk.id == talk.id and each.warned), None)
    if warned is None:
        return Answer(here, said)
    name = warned.talk.speaker.shown(current_locale()).text
    warning = _("Saved, but %(name)s cannot speak at that time. See below.", name=name)
    return Answer(here, warning, "warning")


def _page(
    form: TalkForm,
    forum: Forum,
    plan: list[PlannedTalk],
    *,
    editing: PlannedTalk | None = None,
    status: int = 200,
) -> tuple[str, int]:
    page = render(
        "forums/desk_programme.html",
        form=form, forum=forum, plan=plan, editing=editing, labels=texts, new_key=new_key,
        ready=sum(each.confirmed and each.talk.state == "planned" for each in plan),
    )  # fmt: skip
    return page, status


@room.form("/desk/talks/<int:talk_id>", needs=_NEEDS)
def edit_talk(talk_id: int) -> ResponseReturnValue:
    """Move a talk or change its words."""
    forum, plan, editing = _talk(talk_id)
    form = TalkForm().offer([])
    if request.method == "GET":
        form.fill(editing.talk)
        return _page(form, forum, plan, editing=editing)
    if form.sent():
        try:
            return act_once(lambda session: _change(session, form, editing))
        except InvalidFieldError as error:
            form.blame(error)
    return _page(form, forum, plan, editing=editing, status=422)


def _talk(talk_id: int) -> tuple[Forum, list[PlannedTalk], PlannedTalk]:
    session = db.session()
    talk = session.get(Talk, talk_id)
    if talk is None:
        raise NotFoundError
    forum = forums.managed(session, talk.event_id, viewer())
    plan = talks.plan(session, forum.id)
    return forum, plan, next(each for each in plan if each.talk.id == talk_id)


def _change(session: Session, form: TalkForm, editing: PlannedTalk) -> Answer:
    fields = form.fields(editing.talk.title)
    talk = verbs.change_talk(session, editing.talk.id, fields, actor=viewer(), now=clock.now())
    return _answer(session, talk, _("The talk is changed."))


@room.action("/desk/talks/<int:talk_id>/remove", needs=_NEEDS)
def remove_talk(talk_id: int) -> ResponseReturnValue:
    """Take a talk off the programme."""

    def effect(session: Session) -> Answer:
        event_id = verbs.remove_talk(session, talk_id, actor=viewer())
        here = url_for("forums.desk_programme", event_id=event_id)
        return Answer(here, _("The talk is off the programme."))

    return act_once(effect)


@room.action("/desk/forums/<int:event_id>/programme/publish", needs=_NEEDS)
def publish_programme(event_id: int) -> ResponseReturnValue:
    """Show every talk that may be shown."""

    def effect(session: Session) -> Answer:
        shown = verbs.publish(session, event_id, actor=viewer())
        said = _n("%(n)s talk is now public.", "%(n)s talks are now public.", shown)
        return Answer(url_for("forums.desk_programme", event_id=event_id), said)

    return act_once(effect)
