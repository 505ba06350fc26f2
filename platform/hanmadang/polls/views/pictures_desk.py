"""The desk: pictures beside the options of a draft, one file at a time."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _, lazy
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.pictures import UPLOAD_BYTES, UnusablePictureError, draw
from hanmadang.polls.domain.pictures import set_picture
from hanmadang.polls.forms.pictures import PictureForm
from hanmadang.polls.forms.reading import sent_id
from hanmadang.polls.models import PICTURED, PollState
from hanmadang.polls.queries import PollPage, poll_page
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.views.room import room

NEEDS = Permission.POLLS_MODERATE
_MEGABYTE = 1024 * 1024
_NO_FILE = lazy("Please choose a file first.")


@room.form("/desk/polls/<int(max=2147483647):poll_id>/pictures", needs=NEEDS)
def pictures_desk(poll_id: int) -> ResponseReturnValue:
    """What stands beside each option, and a form to choose or remove it."""
    page = _page(poll_id)
    if page.state is not PollState.DRAFT:
        say(_("A poll cannot be changed once it has opened."), "warning")
        return redirect(url_for("polls.desk_show", poll_id=poll_id))
    form = PictureForm()
    option_id = sent_id(str(form.option.data or ""))
    if not form.sent():
        return _show(page, form, option_id, None), 422 if form.is_submitted() else 200
    try:
        name = _keep(poll_id, option_id, form)
    except NotFoundError:
        raise
    except DomainError as error:
        return _show(_page(poll_id), form, option_id, error.text), error.status
    say(_("The picture is saved.") if name else _("The picture is removed."))
    return redirect(url_for("polls.pictures_desk", poll_id=poll_id), 303)


def _keep(poll_id: int, option_id: int, form: PictureForm) -> bool:
    """Whether there is a picture now. The file is drawn before anything is locked."""
    drawn = None
    if "remove" not in request.form:
        upload = form.upload()
        if not upload:
            raise UnusablePictureError(text=_NO_FILE)
        drawn = draw(upload)
    with transaction() as session:
        if find_moderated(session, viewer(), poll_id) is None:
            raise NotFoundError
        set_picture(session, viewer(), poll_id, option_id, drawn)
    return drawn is not None


def _show(page: PollPage, form: PictureForm, wrong: int, fault: LazyText | None) -> str:
    pictured = [question for question in page.questions if question.type in PICTURED]
    return render(
        "polls/pictures_desk.html",
        poll=page,
        questions=pictured,
        form=form,
        wrong=wrong,
        fault=fault,
        most=UPLOAD_BYTES // _MEGABYTE,
    )


def _page(poll_id: int) -> PollPage:
    """A poll that this viewer moderates. Raises NotFoundError."""
    poll = find_moderated(db.session(), viewer(), poll_id)
    page = poll_page(db.session(), viewer(), poll.slug) if poll else None
    if page is None:
        raise NotFoundError
    return page
