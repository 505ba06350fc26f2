"""The organizers' desk: forums, calls."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums import texts
from hanmadang.forums.domain import calls as verbs
from hanmadang.forums.forms import CallForm
from hanmadang.forums.forms.parts import number
from hanmadang.forums.queries import forums
from hanmadang.forums.queries.forums import CallView, Forum
from hanmadang.forums.views.room import act_once, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import ConflictError, DomainError, NotFoundError
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.idempotency import Answer
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_NEEDS = Permission.FORUMS_ORGANIZE


@room.page("/desk/calls", needs=_NEEDS)
def desk() -> ResponseReturnValue:
    """The forums I manage, their calls and what waits."""
    rows = forums.desk(db.session(), viewer())
    return render("forums/desk.html", rows=rows, labels=texts, now=clock.now())


@room.form("/desk/calls/new", needs=_NEEDS)
def new_call() -> ResponseReturnValue:
    """Open a call for one of my forums that has none."""
    form = CallForm().offer(_without_call())
    if request.method == "GET":
        form.event.data = number(request.args.get("event"))
        form.formats.data, form.languages.data = ["talk"], ["ko", "en"]
        return _page(form)
    if form.sent():
        try:
            return act_once(lambda session: _open(session, form))
        except InvalidFieldError as error:
            form.blame(error)
    return _page(form, status=422)


def _without_call() -> list[tuple[int, str]]:
    rows = forums.desk(db.session(), viewer())
    now, locale = clock.now(), current_locale()
    return [
        (row.forum.id, row.forum.title.shown(locale).text)
        for row in rows
        if row.forum.call is None and not row.forum.is_cancelled and row.forum.ends.instant > now
    ]


def _open(session: Session, form: CallForm) -> Answer:
    verbs.create_call(session, form.event.data, form.fields(), actor=viewer(), now=clock.now())
    return Answer(url_for("forums.desk"), _("The call is set up."))


@room.form("/desk/calls/<int:call_id>/edit", needs=_NEEDS)
def edit_call(call_id: int) -> ResponseReturnValue:
    """Change a call; a stale page is refused with the typed text kept."""
    forum = forums.managed_call(db.session(), call_id, viewer())
    call = _call_of(forum)
    form = CallForm().offer([(forum.id, forum.title.shown(current_locale()).text)])
    if request.method == "GET":
        form.fill(call)
        return _page(form, forum)
    if not form.sent():
        return _page(form, forum, status=422)
    try:
        return act_once(lambda session: _change(session, form, call))
    except InvalidFieldError as error:
        form.blame(error)
        return _page(form, forum, status=422)
    except ConflictError as error:
        stored = forums.managed_call(db.session(), call_id, viewer())
        form.version.data = str(_call_of(stored).version)
        return _page(form, stored, status=error.status, error=error)


def _change(session: Session, form: CallForm, call: CallView) -> Answer:
    version = number(form.version.data)
    verbs.edit_call(session, call.id, form.fields(call.text), version=version, actor=viewer())
    return Answer(url_for("forums.desk"), _("The call is changed."))


def _call_of(forum: Forum) -> CallView:
    if forum.call is None:
        raise NotFoundError
    return forum.call


def _page(
    form: CallForm,
    forum: Forum | None = None,
    *,
    status: int = 200,
    error: DomainError | None = None,
) -> tuple[str, int]:
    page = render("forums/call_form.html", form=form, forum=forum, labels=texts, error=error)
    return page, status
