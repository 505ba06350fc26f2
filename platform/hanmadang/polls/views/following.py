"""Asking to be told what comes of a poll, confirming it, stopping it. No account is needed.

What is answered never says whether an address was known before.
"""

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.headers import keep_address
from hanmadang.kernel.i18n import _, current_locale, lazy
from hanmadang.kernel.limits import client_device, client_network, limit
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people import logins, tries
from hanmadang.people.logins import Login
from hanmadang.people.models import Account
from hanmadang.polls.domain import following
from hanmadang.polls.forms.outcomes import FollowForm
from hanmadang.polls.letters.following import CONFIRM, STOP
from hanmadang.polls.models import Poll
from hanmadang.polls.queries import PollPage
from hanmadang.polls.queries.outcomes import follower
from hanmadang.polls.rules_outcomes import can_follow, seed_of
from hanmadang.polls.views.room import find, room

_PER_NETWORK = 20
"""Askings from one network address in 15 minutes; a hall shares one."""
_ONE_CLICK = ("List-Unsubscribe", "One-Click")


class LinkEndedError(NotFoundError):
    """The link confirms nothing any more (404)."""

    text = lazy(
        "This link is no longer of use: it is older than seven days, or you stopped it. You can "
        "ask again on the page of the poll’s results."
    )


@room.form("/polls/<slug>/follow", needs=Permission.PUBLIC)
@limit("20 per hour", by=client_device, methods=["POST"])
def follow(slug: str) -> ResponseReturnValue:
    """Leave an address; signed-in people need not type theirs."""
    page = find(slug)
    if not can_follow(page.state, page.closed_at, clock.now()):
        raise NotFoundError
    if viewer().is_signed_in:
        return _follow_signed_in(page)
    form = FollowForm()
    if form.sent():
        _charge()
        _take(page, logins.parse(str(form.email.data)), current_locale(), is_proven=False)
        say(_("Thank you. If this address is not told yet, a mail with a link is on its way."))
        return redirect(url_for("polls.results", slug=slug), 303)
    return _form(page, form)


def _follow_signed_in(page: PollPage) -> ResponseReturnValue:
    form = HouseForm()
    if not form.sent():
        return _form(page, form)
    account = db.session().get_one(Account, viewer().id)
    login, language = logins.parse(account.email), viewer().locale or current_locale()
    _take(page, login, language, is_proven=viewer().verified)
    if viewer().verified:
        say(_("You will be told by mail what comes of this poll."))
    else:
        say(_("A mail with a link is on its way: please confirm your address with it."))
    return redirect(url_for("polls.results", slug=page.slug), 303)


def _charge() -> None:
    """Count the network address; its refusal is said, for it tells nothing of any mailbox."""
    counted = [tries.Counted("follow-network", client_network(), _PER_NETWORK)]
    with transaction() as session:
        is_within = tries.try_charge(session, counted, clock.now())
    if not is_within:
        raise tries.TooManyTriesError


def _take(page: PollPage, login: Login, language: str, *, is_proven: bool) -> None:
    """Not `commit_once`: its table would keep for days which device sent what when."""
    now = clock.now()
    mails = [tries.Counted("follow", login.mailbox, tries.MAILS_PER_PERSON)]
    with transaction() as session:
        if session.get(Poll, page.id) is None:
            raise NotAllowedNowError
        if is_proven or tries.try_charge(session, mails, now):
            following.follow(session, page.id, login, language, is_proven=is_proven, now=now)


def _form(page: PollPage, form: HouseForm) -> ResponseReturnValue:
    html = render("polls/follow.html", poll=page, form=form)
    return html, 422 if request.method == "POST" else 200


@room.form("/tell-me/<token>", needs=Permission.PUBLIC)
def confirm_follow(token: str) -> ResponseReturnValue:
    """Confirm an address: a button, then done. Opening changes nothing; scanners open links."""
    seed = _seed(token, CONFIRM)
    form = HouseForm()
    if form.sent():
        with transaction() as session:
            if not following.confirm(session, seed):
                raise LinkEndedError
        say(_("Confirmed. We write to you when there is something to tell."))
        return redirect(url_for("polls.outcomes"), 303)
    found = follower(db.session(), seed)
    if found is None:
        raise LinkEndedError
    poll = db.session().get_one(Poll, found.poll_id)
    return _guarded(render("polls/follow_confirm.html", poll=poll, form=form), form)


@room.form("/tell-me/<token>/stop", needs=Permission.PUBLIC)
def stop_follow(token: str) -> ResponseReturnValue:
    """Stop the mails about one poll.

    Mail programs send RFC 8058's one word here, without cookie or token: the address is the proof.
    """
    seed = _seed(token, STOP)
    form = HouseForm()
    is_one_click = request.form.get(_ONE_CLICK[0]) == _ONE_CLICK[1]
    if is_one_click or form.sent():
        with transaction() as session:
            following.stop(session, seed)
        if is_one_click:
            return Response(status=204)
        say(_("Stopped. You get no more mails about this poll, and your address is deleted."))
        return redirect(url_for("polls.outcomes"), 303)
    is_told = follower(db.session(), seed) is not None
    return _guarded(render("polls/follow_stop.html", form=form, is_told=is_told), form)


def _seed(token: str, purpose: str) -> str:
    seed = seed_of(settings().secret_key, purpose, token)
    if seed is None:
        raise LinkEndedError
    return seed


def _guarded(html: str, form: HouseForm) -> ResponseReturnValue:
    """The page's address is a secret: no link carries it away, no cache keeps it."""
    return keep_address(make_response(html, 422 if form.errors else 200))
