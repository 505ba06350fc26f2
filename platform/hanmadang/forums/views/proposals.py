"""Proposing: the form, saving, sending, editing, withdrawing, confirming."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums import texts
from hanmadang.forums.domain import experts as expert_verbs
from hanmadang.forums.domain import proposals as verbs
from hanmadang.forums.domain.proposals import WindowClosedError
from hanmadang.forums.forms import ProposalForm
from hanmadang.forums.forms.parts import number
from hanmadang.forums.models import Proposal, ProposalState
from hanmadang.forums.queries import experts, forums
from hanmadang.forums.queries import proposals as queries
from hanmadang.forums.queries.forums import Forum
from hanmadang.forums.queries.proposals import OwnProposal
from hanmadang.forums.views.room import act_once, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import ConflictError, DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.idempotency import Answer
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people.models import Account


@room.page("/my/proposals", needs=Permission.SIGNED_IN)
def my_proposals() -> ResponseReturnValue:
    """What I proposed, and how it stands."""
    session = db.session()
    profile = experts.profile_of(session, viewer().id)
    return render(
        "forums/my_proposals.html",
        proposals=queries.own(session, viewer().id),
        profile=profile,
        labels=texts,
        now=clock.now(),
        new_key=new_key,
    )


@room.form("/forums/<slug>/propose", needs=Permission.SIGNED_IN)
def propose(slug: str) -> ResponseReturnValue:
    """Register to speak: the person and the proposal on one page."""
    forum = forums.by_slug(db.session(), slug, viewer())
    if forum.call is None:
        raise NotFoundError
    form = ProposalForm().offer_for(forum.call, submitting=_submitting())
    if request.method == "GET":
        _introduce(form)
        form.begin(forum.call)
        if not forum.takes_proposals(clock.now()):
            return redirect(url_for("forums.show", slug=slug), 303)
        return _page(form, forum)
    return _send(form, forum, None)


@room.form("/my/proposals/<key>", needs=Permission.SIGNED_IN)
def proposal(key: str) -> ResponseReturnValue:
    """Read one of my proposals; edit it while that is possible."""
    session = db.session()
    own = queries.own_one(session, key, viewer().id)
    forum = forums.by_call(session, own.call_id, viewer())
    if forum.call is None or not own.can_edit(viewer(), clock.now()):
        return _closed(own, forum)
    form = ProposalForm().offer_for(forum.call, submitting=_must_be_whole(own))
    if request.method == "GET":
        _introduce(form)
        form.fill(own)
        return _page(form, forum, own)
    return _send(form, forum, own)


def _closed(own: OwnProposal, forum: Forum) -> ResponseReturnValue:
    """The text as it stands; a sent edit that came too late is told so and kept on the page."""
    if request.method == "GET":
        return render("forums/proposal.html", own=own, forum=forum, labels=texts)
    error = WindowClosedError()
    typed = {name: request.form.get(name, "") for name in ("title", "abstract", "notes")}
    page = render(
        "forums/proposal.html", own=own, forum=forum, labels=texts, error=error, typed=typed
    )
    return page, error.status


def _send(form: ProposalForm, forum: Forum, own: OwnProposal | None) -> ResponseReturnValue:
    if not form.sent():
        return _page(form, forum, own, status=422)
    try:
        return act_once(lambda session: _save(session, form, forum, own))
    except InvalidFieldError as error:
        form.blame(error)
        return _page(form, forum, own, status=422)
    except (ConflictError, WindowClosedError, NotAllowedNowError) as error:
        stored = queries.own_one(db.session(), own.key, viewer().id) if own else None
        if stored and isinstance(error, ConflictError):
            form.version.data = str(stored.version)
        return _page(form, forum, stored, status=error.status, error=error)


def _save(session: Session, form: ProposalForm, forum: Forum, own: OwnProposal | None) -> Answer:
    actor, now, fields = viewer(), clock.now(), form.proposal()
    expert_verbs.save_profile(session, form.profile(), actor=actor, now=now)
    if own is None and forum.call is not None:
        call_id, locale = forum.call.id, current_locale()
        saved = verbs.start(session, call_id, fields, locale=locale, actor=actor, now=now)
    elif own is not None:
        version = number(form.version.data)
        saved = verbs.edit(session, own.key, fields, version=version, actor=actor, now=now)
    else:
        raise NotFoundError
    if _submitting() and saved.state != ProposalState.SUBMITTED:
        verbs.submit(session, saved.key, actor=actor, now=now)
        return Answer(url_for("forums.my_proposals"), _("Your proposal has been sent. Thank you!"))
    return _kept(saved)


def _kept(saved: Proposal) -> Answer:
    if saved.state == ProposalState.SUBMITTED:
        return Answer(url_for("forums.my_proposals"), _("Your changes are saved."))
    here = url_for("forums.proposal", key=saved.key)
    return Answer(here, _("The draft is saved. Only you can see it until you send it."))


def _submitting() -> bool:
    return request.form.get("act") == "submit"


def _must_be_whole(own: OwnProposal) -> bool:
    return _submitting() or own.state == ProposalState.SUBMITTED


def _introduce(form: ProposalForm) -> None:
    session, asking = db.session(), viewer()
    account = session.get_one(Account, asking.id)
    form.introduce(experts.profile_of(session, asking.id), account.name, account.zone)


def _page(
    form: ProposalForm,
    forum: Forum,
    own: OwnProposal | None = None,
    *,
    status: int = 200,
    error: DomainError | None = None,
) -> tuple[str, int]:
    profile = experts.profile_of(db.session(), viewer().id)
    page = render(
        "forums/propose.html",
        form=form, forum=forum, own=own, error=error, known=profile is not None,
        own_zone=profile.zone if profile else form.zone.data, labels=texts, now=clock.now(),
    )  # fmt: skip
    return page, status


@room.action("/my/proposals/<key>/withdraw", needs=Permission.SIGNED_IN)
def withdraw(key: str) -> ResponseReturnValue:
    """Take a proposal back."""

    def effect(session: Session) -> Answer:
        verbs.withdraw(session, key, actor=viewer())
        return Answer(url_for("forums.my_proposals"), _("Your proposal is withdrawn."))

    return act_once(effect)


@room.action("/my/proposals/<key>/take-up", needs=Permission.SIGNED_IN)
def take_up(key: str) -> ResponseReturnValue:
    """Make a withdrawn proposal a draft again."""

    def effect(session: Session) -> Answer:
        verbs.take_up_again(session, key, actor=viewer(), now=clock.now())
        here = url_for("forums.proposal", key=key)
        return Answer(here, _("This is a draft again. Send it when you are ready."))

    return act_once(effect)


@room.action("/my/proposals/<key>/confirm", needs=Permission.SIGNED_IN)
def confirm(key: str) -> ResponseReturnValue:
    """Promise to come."""

    def effect(session: Session) -> Answer:
        verbs.confirm(session, key, actor=viewer(), now=clock.now())
        return Answer(url_for("forums.my_proposals"), _("Thank you, we are expecting you."))

    return act_once(effect)
