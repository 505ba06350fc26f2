"""Cohorts for learners: coming in by a code, a guardian's word, and the way out."""

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import consent_texts
from hanmadang.courses import texts_runs as texts
from hanmadang.courses.domain import membership
from hanmadang.courses.domain.seats import MissingAgreementError
from hanmadang.courses.forms.runs import AgreeForm, JoinForm
from hanmadang.courses.models import MemberState
from hanmadang.courses.queries.runs import CohortCard, cohort_card
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transact, transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.flash import say
from hanmadang.kernel.headers import keep_address
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.limits import client_network, limit
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people import tries
from hanmadang.people.models import Account

_PER_ACCOUNT, _PER_NETWORK = 10, 120
"""Wrong codes in a quarter of an hour; a school shares one network."""
_TYPED = 24


@room.form("/my/cohorts/join", needs=Permission.COURSES_TAKE)
@limit("60 per minute", methods=["POST"])
def join_cohort() -> ResponseReturnValue:
    """Type the code, read what instructors see, agree, and be in."""
    form = JoinForm().worded(consent_texts.COHORT.agree)
    if request.method == "GET":
        form.code.data = request.args.get("code", "")[:_TYPED]
        return _page(form, None)
    if not form.sent():
        return _page(form, None, 422)
    try:
        card = _recognised(str(form.code.data))
        if "step" in request.form and not form.agree.data:
            form.agree.errors = [str(MissingAgreementError.text)]
            return _page(form, card, 422)
        if not form.agree.data:
            return _page(form, card)
        joined = transact(lambda session: _join(session, str(form.code.data)))
    except DomainError as error:
        form.code.errors = [str(error.text)]
        return _page(form, None, error.status)
    if joined.waits_for_guardian:
        say(_("We have asked your guardian by e-mail. You are in as soon as they agree."), "info")
    else:
        say(_("You are in the cohort. You can start learning at once."))
    return redirect(url_for("courses.cohorts"), 303)


@room.action("/my/cohorts/<int(max=2147483647):cohort_id>/leave", needs=Permission.COURSES_TAKE)
def leave_cohort(cohort_id: int) -> ResponseReturnValue:
    """Leave: instructors stop seeing anything at once."""
    transact(lambda session: membership.leave_cohort(session, viewer(), cohort_id))
    say(_("You have left the cohort. What you did in the course is kept."))
    return redirect(url_for("courses.cohorts"), 303)


@room.form("/cohorts/guardian/<token>", needs=Permission.PUBLIC)
@limit("30 per 10 minutes")
def guardian(token: str) -> ResponseReturnValue:
    """The page that a guardian's link opens; only its button agrees, for scanners open links."""
    form = AgreeForm().worded(consent_texts.COHORT.agree)
    try:
        if form.sent() and form.agree.data:
            transact(lambda session: membership.agree_for_child(session, token, now=clock.now()))
            return _guarded(render("courses/cohorts/guardian.html", done=True))
        return _asking(form, token)
    except DomainError as error:
        page = render("courses/cohorts/guardian.html", ended=error.text)
        return _guarded(page, error.status)


def _asking(form: AgreeForm, token: str) -> Response:
    session = db.session()
    member = membership.child_of(session, token, now=clock.now())
    if member.state == MemberState.JOINED:
        return _guarded(render("courses/cohorts/guardian.html", done=True))
    missing = form.is_submitted()
    if missing:
        form.agree.errors = [str(MissingAgreementError.text)]
    page = render(
        "courses/cohorts/guardian.html",
        form=form,
        token=token,
        child=session.get_one(Account, member.account_id).name,
        card=cohort_card(session, member.cohort_id),
        consent=consent_texts.COHORT,
    )
    return _guarded(page, 422 if missing else 200)


def _guarded(page: str, status: int = 200) -> Response:
    """The address holds a secret: no link may carry it away, no cache keep it."""
    return keep_address(current_app.make_response((page, status)))


def _recognised(typed: str) -> CohortCard | None:
    """The cohort of a code. A try is counted before it is judged; a right one is given back."""
    now = clock.now()
    counted = [
        tries.Counted("cohort code", viewer().id, _PER_ACCOUNT),
        tries.Counted("cohort code network", client_network(), _PER_NETWORK),
    ]
    with transaction() as session:
        may_try = tries.try_charge(session, counted, now)
    if not may_try:
        raise tries.TooManyTriesError
    with transaction() as session:
        found = membership.cohort_of_code(session, typed)
        tries.give_back(session, counted)
        return cohort_card(session, found.id)


def _join(session: Session, typed: str) -> membership.Joined:
    return membership.join_cohort(
        session, viewer(), typed, agrees=True, locale=current_locale(), now=clock.now()
    )


def _page(form: JoinForm, card: CohortCard | None, status: int = 200) -> ResponseReturnValue:
    page = render(
        "courses/cohorts/join.html", form=form, card=card, consent=consent_texts.COHORT, texts=texts
    )
    return _guarded(page, status)
