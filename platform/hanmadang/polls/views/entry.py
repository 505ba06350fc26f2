"""The door of a poll that wants more than the link: a hall's code, a mail, an account, a code.

What is shown at the door becomes a ticket in a cookie; nothing about it is stored.
"""

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.device import device_id, set_cookie
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.headers import keep_address
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.limits import client_device, client_network, limit
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.people import logins, tries
from hanmadang.polls import texts
from hanmadang.polls.domain import entering
from hanmadang.polls.entry import ticket_cookie
from hanmadang.polls.forms.entry import FORMS, EntryForm
from hanmadang.polls.models import Assurance, PollState
from hanmadang.polls.queries import PollPage, find_by_code
from hanmadang.polls.queries.entry import EntryPoll, entry_poll
from hanmadang.polls.views.cards import shared_as
from hanmadang.polls.views.room import find, mine_in, room

_DAY = 24 * 3600
_TICKET_LASTS = 60 * _DAY
"""The longest a browser keeps it; it ends when the poll closes."""
_CODE_TYPED = 24


def _is_wrong(response: Response) -> bool:
    return response.status_code == entering.StaleHallCodeError.status


@room.form("/polls/<slug>/enter", needs=Permission.PUBLIC)
@limit("600 per minute", methods=["POST"])
@limit("60 per 10 minutes", methods=["POST"], deduct_when=_is_wrong)
@limit("12 per 10 minutes", by=client_device, methods=["POST"], deduct_when=_is_wrong)
def enter_poll(slug: str) -> ResponseReturnValue:
    """What is missing to answer, and the field for it."""
    page = find(slug)
    elsewhere = _elsewhere(page)
    if elsewhere:
        return redirect(elsewhere)
    form = FORMS.get(page.assurance, EntryForm)()
    poll = entry_poll(db.session(), slug=slug)
    if poll is not None and form.sent() and page.assurance in FORMS:
        try:
            return _let_in(poll, form)
        except DomainError as error:
            form["held"].errors = [str(error.text)]
            return _door(page, form), error.status
    elif request.method == "GET" and "held" in form:
        form["held"].data = request.args.get("code", "")[:_CODE_TYPED]
    return _door(page, form), 422 if form.errors else 200


def _elsewhere(page: PollPage) -> str:
    """Where somebody belongs who has nothing to show here."""
    if page.is_closed:
        return url_for("polls.results", slug=page.slug)
    if page.state is PollState.DRAFT or mine_in(page).is_let_in:
        return url_for("polls.show", slug=page.slug)
    return ""


def _door(page: PollPage, form: HouseForm) -> str:
    sign_in = url_for("people.sign_in", next=url_for("polls.show", slug=page.slug))
    return render(
        "polls/enter.html",
        poll=page,
        shared=shared_as(page),
        form=form,
        texts=texts,
        sign_in=sign_in,
    )


def _let_in(poll: EntryPoll, form: EntryForm) -> ResponseReturnValue:
    if poll.assurance is Assurance.EMAIL:
        return _mailed(poll, form.typed())
    if poll.assurance is Assurance.CODES:
        return _with_ticket(poll, entering.ticket_by_code(db.session(), poll, form.typed()))
    return _by_digits(poll, form.typed())


def _mailed(poll: EntryPoll, typed: str) -> str:
    """The answer is the same whether or not a mail goes out."""
    login, now = logins.parse(typed), clock.now()
    with transaction() as session:
        may_ask = entering.may_ask(session, device_id(), client_network(), now)
        if may_ask:
            entering.send_link(session, poll, login, current_locale(), now=now)
    if not may_ask:
        raise tries.TooManyTriesError
    return render("polls/enter_mailed.html", title=poll.title, slug=poll.slug)


def _by_digits(poll: EntryPoll, typed: str) -> Response:
    now = clock.now()
    try:
        ticket = entering.ticket_by_digits(db.session(), poll, typed, device_id(), now=now)
    except entering.StaleHallCodeError:
        with transaction() as session:
            entering.note_wrong_digits(session, poll.id, now)
        raise
    return _with_ticket(poll, ticket)


@room.page("/p/<code>/<shown>", needs=Permission.PUBLIC)
def enter_by_hall(code: str, shown: str) -> ResponseReturnValue:
    """From the picture in the hall, in the visitor's language."""
    return _from_hall(code, shown)


@room.page("/p/<code>/<shown>", needs=Permission.PUBLIC, localised=False)
def enter_by_hall_short(code: str, shown: str) -> ResponseReturnValue:
    """The address in the picture in the hall, changed every half minute."""
    return _from_hall(code, shown)


def _from_hall(code: str, shown: str) -> ResponseReturnValue:
    poll = entry_poll(db.session(), code=code)
    if poll is None:
        return _without_hall(code)
    try:
        ticket = entering.ticket_by_link(poll, shown, device_id(), now=clock.now())
    except entering.StaleHallCodeError:
        return redirect(url_for("polls.enter_poll", slug=poll.slug, late="yes"))
    return _with_ticket(poll, ticket)


def _without_hall(code: str) -> ResponseReturnValue:
    """A poll that takes no answers any more, or none at all."""
    slug = find_by_code(db.session(), code)
    if slug is None:
        raise NotFoundError
    return redirect(url_for("polls.show", slug=slug))


@room.form("/polls/<slug>/enter/<token>", needs=Permission.PUBLIC)
def enter_by_mail(slug: str, token: str) -> ResponseReturnValue:
    """The page that a mailed link opens; only its button lets in, for scanners open links too."""
    poll = entry_poll(db.session(), slug=slug)
    if poll is None:
        raise NotFoundError
    form = HouseForm()
    try:
        ticket = entering.ticket_by_mail(poll, token, now=clock.now())
    except entering.MailLinkEndedError as error:
        ended = render("polls/enter_by_mail.html", slug=slug, title=poll.title, ended=error.text)
        return _guarded(ended, error.status)
    if form.sent():
        return _with_ticket(poll, ticket)
    asking = render("polls/enter_by_mail.html", slug=slug, title=poll.title, form=form, token=token)
    return _guarded(asking, 422 if form.errors else 200)


def _guarded(page: str, status: int) -> Response:
    """The address holds a secret: no link may carry it away, no cache keep it."""
    return keep_address(current_app.make_response((page, status)))


def _with_ticket(poll: EntryPoll, ticket: str) -> Response:
    response = current_app.make_response(redirect(url_for("polls.show", slug=poll.slug), 303))
    set_cookie(response, ticket_cookie(poll.id), ticket, _TICKET_LASTS)
    return response
