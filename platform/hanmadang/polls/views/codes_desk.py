"""The desk's side of one-time codes: making them, printing them, and ballots on paper."""

from collections.abc import Sequence

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import codes as letters
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import external_url, render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts
from hanmadang.polls.domain import codes
from hanmadang.polls.forms.answers import PaperForm, paper_form
from hanmadang.polls.forms.entry import CodesForm
from hanmadang.polls.models import Assurance, Poll, PollState
from hanmadang.polls.queries import PollPage, poll_page
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.views.qr import qr_code
from hanmadang.polls.views.room import room

NEEDS = Permission.POLLS_MODERATE


@room.form("/desk/polls/<int(max=2147483647):poll_id>/codes", needs=NEEDS)
def codes_desk(poll_id: int) -> ResponseReturnValue:
    """How many codes there are, and making more; the answer to that is the sheet itself."""
    poll = _moderated(poll_id)
    form = CodesForm()
    if form.sent():
        number, key = int(form.number.data or 0), str(form.idempotency_key.data)
        with transaction() as session:
            poll = _moderated(poll_id)
            made = codes.issue(session, viewer(), poll, number, key=key)
        return _sheet(poll, made)
    given = codes.count(db.session(), poll_id)
    page = render("polls/codes_desk.html", poll=poll, form=form, given=given)
    return page, 422 if form.errors else 200


def _sheet(poll: Poll, made: Sequence[str]) -> ResponseReturnValue:
    slips = [
        (letters.shown(code), qr_code(external_url("polls.enter_poll", slug=poll.slug, code=code)))
        for code in made
    ]
    join = external_url("polls.join_short", code=poll.code)
    page = render("polls/codes_sheet.html", poll=poll, slips=slips, join=join)
    return page, 200, {"Cache-Control": "private, no-store"}


@room.form("/desk/polls/<int(max=2147483647):poll_id>/paper", needs=NEEDS)
def paper(poll_id: int) -> ResponseReturnValue:
    """Type in a ballot on paper: its code, its answers, then the next one."""
    poll = _moderated(poll_id)
    page = _page(poll)
    form = paper_form(page, current_locale())
    if page.state is not PollState.OPEN:
        say(_("Ballots on paper can be typed in while the poll takes answers."), "warning")
        return redirect(url_for("polls.desk_show", poll_id=poll_id))
    if form.sent():
        refused = _count_paper(poll_id, form)
        if not refused:
            say(_("The ballot is counted. You can type in the next one."))
            return redirect(url_for("polls.paper", poll_id=poll_id), 303)
    status = 422 if request.method == "POST" else 200
    return render("polls/paper.html", poll=page, form=form, texts=texts), status


def _count_paper(poll_id: int, form: PaperForm) -> bool:
    """Whether it was refused; the form says why."""
    try:
        with transaction() as session:
            refusal = codes.cast_from_paper(
                session,
                viewer(),
                _moderated(poll_id),
                str(form.code.data),
                form.answers(),
                key=str(form.idempotency_key.data),
                texts=form.texts(),
            )
    except codes.UnknownCodeError as error:
        form.code.errors = [str(error.text)]
        return True
    if refusal is None:
        return False
    form.say(refusal, request.form)
    return True


def _moderated(poll_id: int) -> Poll:
    """A poll with codes that this person moderates."""
    poll = find_moderated(db.session(), viewer(), poll_id)
    if poll is None or poll.assurance != Assurance.CODES:
        raise NotFoundError
    return poll


def _page(poll: Poll) -> PollPage:
    page = poll_page(db.session(), viewer(), poll.slug)
    if page is None:
        raise NotFoundError
    return page
