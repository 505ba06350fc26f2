"""The organizers' desk: proposals, decisions, their release."""

from collections.abc import Callable

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.forums import letters, texts
from hanmadang.forums.domain import decisions as verbs
from hanmadang.forums.models import Outcome, Proposal
from hanmadang.forums.queries import facts, forums, proposals
from hanmadang.forums.queries.proposals import DeskProposal
from hanmadang.forums.views.room import TOO_LATE, act_once, desk_version, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.forms import EXPIRED, HouseForm
from hanmadang.kernel.i18n import _, _n, country_names, current_locale
from hanmadang.kernel.idempotency import Answer
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.text import UnusableTextError, clean
from hanmadang.reminders.composers import Letter

_NEEDS = Permission.FORUMS_ORGANIZE
_LONGEST_REQUEST = 2_000


@room.page("/desk/calls/<int:call_id>/proposals", needs=_NEEDS)
def proposals_of(call_id: int) -> ResponseReturnValue:
    """What arrived for a call, by mean score; `?show=` filters by state or pending."""
    return _list(call_id)


def _list(call_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    session, wanted = db.session(), request.args.get("show", "")
    forum = forums.managed_call(session, call_id, viewer())
    found = proposals.on_desk(session, call_id, viewer())
    page = render(
        "forums/desk_proposals.html",
        forum=forum, shown=[each for each in found if _matches(each, wanted)], wanted=wanted,
        counts=_counts(found), labels=texts, now=clock.now(), new_key=new_key, error=error,
    )  # fmt: skip
    return page, error.status if error else 200


def _matches(found: DeskProposal, wanted: str) -> bool:
    if wanted == "pending":
        return found.pending is not None
    return wanted in ("", found.state)


def _counts(found: list[DeskProposal]) -> dict[str, int]:
    counts = {"": len(found), "pending": sum(each.pending is not None for each in found)}
    for each in found:
        counts[each.state] = counts.get(each.state, 0) + 1
    return counts


@room.page("/desk/proposals/<key>", needs=_NEEDS)
def desk_proposal(key: str) -> ResponseReturnValue:
    """One proposal with everything organizers may know."""
    return _one(key)


def _one(key: str, error: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    found = proposals.desk_one(session, key, viewer())
    page = render(
        "forums/desk_proposal.html",
        proposal=found, reviews=proposals.reviews_of(session, found.id),
        forum=forums.managed_call(session, found.call_id, viewer()),
        country=dict(country_names(current_locale())).get(found.country, ""),
        own=found.account_id == viewer().account_id, labels=texts, new_key=new_key, error=error,
        typed=request.form.get("request", ""),
    )  # fmt: skip
    return page, error.status if error else 200


@room.action("/desk/proposals/<key>/decide", needs=_NEEDS)
def decide(key: str) -> ResponseReturnValue:
    """Put a decision down, or take it back; the expert learns nothing yet."""
    chosen = request.form.get("outcome", "")
    outcome = Outcome(chosen) if chosen in set(Outcome) else None
    said = _("The decision is noted. Nobody is told before you release it.")

    def act(session: Session) -> Proposal:
        return verbs.decide(
            session, key, outcome, desk_version=desk_version(), actor=viewer(), now=clock.now()
        )

    return _desk_act(key, act, said if outcome else _("The decision is taken back."))


@room.action("/desk/proposals/<key>/ask", needs=_NEEDS)
def ask_for_changes(key: str) -> ResponseReturnValue:
    """Send a proposal back with a request."""
    try:
        wish = clean(request.form.get("request", "")).strip()[:_LONGEST_REQUEST]
    except UnusableTextError:
        wish = ""
    if not wish:
        return _one(key, _EmptyRequestError())

    def act(session: Session) -> Proposal:
        return verbs.ask_for_changes(
            session, key, wish, desk_version=desk_version(), actor=viewer(), now=clock.now()
        )

    return _desk_act(key, act, _("The speaker is asked for changes by e-mail."))


@room.action("/desk/proposals/<key>/cancel", needs=_NEEDS)
def cancel_proposal(key: str) -> ResponseReturnValue:
    """Call an accepted contribution off."""

    def act(session: Session) -> Proposal:
        return verbs.cancel(
            session, key, desk_version=desk_version(), actor=viewer(), now=clock.now()
        )

    return _desk_act(key, act, _("It is cancelled, and the speaker is told by e-mail."))


class _EmptyRequestError(DomainError):
    """A request for changes without words."""

    status = 422
    text = texts.SAY_WHAT


class _OutdatedPageError(DomainError):
    """A form that this site did not make for this device."""

    status = 422
    text = EXPIRED


def _desk_act(key: str, act: Callable[[Session], Proposal], said: str) -> ResponseReturnValue:
    def effect(session: Session) -> Answer:
        proposal = act(session)
        if request.form.get("back") == "list":
            return Answer(url_for("forums.proposals_of", call_id=proposal.call_id), said)
        return Answer(url_for("forums.desk_proposal", key=key), said)

    try:
        return act_once(effect)
    except TOO_LATE as error:
        return _one(key, error)


@room.form("/desk/calls/<int:call_id>/release", needs=_NEEDS)
def release(call_id: int) -> ResponseReturnValue:
    """Look at every mail that a release sends, then send them."""
    form = HouseForm()
    if request.method == "GET":
        return _preview(call_id)
    if not form.sent():
        return _preview(call_id, _OutdatedPageError())
    try:
        return act_once(lambda session: _release(session, call_id))
    except TOO_LATE as error:
        return _preview(call_id, error)


def _waiting(session: Session, call_id: int) -> list[DeskProposal]:
    forums.managed_call(session, call_id, viewer())
    return [each for each in proposals.on_desk(session, call_id, viewer()) if each.pending]


def _preview(call_id: int, error: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    waiting = _waiting(session, call_id)
    known = facts.of(session, [each.id for each in waiting])
    mails = [(each, _mail(each, known)) for each in waiting]
    page = render(
        "forums/release.html",
        forum=forums.managed_call(session, call_id, viewer()), mails=mails, labels=texts,
        seen=verbs.fingerprint(waiting), new_key=new_key, error=error,
    )  # fmt: skip
    return page, error.status if error else 200


def _mail(each: DeskProposal, known: dict[int, facts.Facts]) -> Letter:
    return letters.preview(Outcome(each.pending or ""), known[each.id], each.locale)


def _release(session: Session, call_id: int) -> Answer:
    waiting, seen = _waiting(session, call_id), request.form.get("seen", "")
    told = verbs.release(session, waiting, seen, actor=viewer(), now=clock.now())
    said = _n("%(n)s decision is on its way.", "%(n)s decisions are on their way.", told)
    return Answer(url_for("forums.proposals_of", call_id=call_id), said)
