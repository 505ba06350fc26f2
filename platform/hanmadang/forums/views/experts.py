"""The speaker's profile, and painting when one can speak."""

from datetime import date

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums import texts
from hanmadang.forums.domain import experts as verbs
from hanmadang.forums.forms import ProfileForm
from hanmadang.forums.models import Block, ExpertProfile
from hanmadang.forums.queries import experts, forums
from hanmadang.forums.views.room import act_once, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _
from hanmadang.kernel.idempotency import Answer
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people.models import Account


@room.form("/my/speaker", needs=Permission.SIGNED_IN)
def speaker() -> ResponseReturnValue:
    """What is printed about me, and where I am."""
    form = ProfileForm().offer()
    if request.method == "GET":
        session, asking = db.session(), viewer()
        account = session.get_one(Account, asking.id)
        form.introduce(experts.profile_of(session, asking.id), account.name, account.zone)
        return render("forums/speaker.html", form=form)
    if form.sent():
        try:
            return act_once(lambda session: _save(session, form))
        except InvalidFieldError as error:
            form.blame(error)
    return render("forums/speaker.html", form=form), 422


def _save(session: Session, form: ProfileForm) -> Answer:
    verbs.save_profile(session, form.profile(), actor=viewer(), now=clock.now())
    return Answer(url_for("forums.my_proposals"), _("Your speaker’s profile is saved."))


@room.page("/my/availability/<int:call_id>", needs=Permission.SIGNED_IN)
def availability(call_id: int) -> ResponseReturnValue:
    """The half days around a forum, on my own clock."""
    session = db.session()
    forum = forums.by_call(session, call_id, viewer())
    profile = experts.profile_of(session, viewer().id)
    if profile is None:
        return redirect(url_for("forums.speaker"), 303)
    return render(
        "forums/availability.html",
        forum=forum,
        profile=profile,
        days=experts.to_paint(session, profile, forum),
        painted=experts.has_painted(session, profile.id, call_id),
        labels=texts,
        new_key=new_key,
    )


@room.action("/my/availability/<int:call_id>", needs=Permission.SIGNED_IN, endpoint="paint")
def paint(call_id: int) -> ResponseReturnValue:
    """Keep what was painted; what was not offered is left out."""

    def effect(session: Session) -> Answer:
        forum = forums.by_call(session, call_id, viewer())
        profile = experts.profile_of(session, viewer().id)
        offered = _offered(session, profile, forum) if profile else {}
        halves = [offered[value] for value in request.form.getlist("half") if value in offered]
        verbs.paint(session, call_id, halves, actor=viewer(), now=clock.now())
        said = _("Thank you. The organizers see when you can speak.")
        return Answer(url_for("forums.my_proposals"), said)

    return act_once(effect)


def _offered(
    session: Session, profile: ExpertProfile, forum: forums.Forum
) -> dict[str, tuple[date, Block]]:
    days = experts.to_paint(session, profile, forum)
    return {cell.value: (cell.day, cell.block) for day in days for cell in day}
