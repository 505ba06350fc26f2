"""The desk of whoever may publish a course: a certificate, revoked or issued again."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import domain, numbers
from hanmadang.courses.forms import certificates as forms
from hanmadang.courses.queries import certificates as queries
from hanmadang.courses.queries.certificates import CertificateView
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm, bilingual
from hanmadang.kernel.i18n import _
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission


@room.page("/desk/certificates", needs=Permission.COURSES_AUTHOR)
def certificates_desk() -> ResponseReturnValue:
    """Type a number; leads to its page, if it is of a course that the viewer may publish."""
    typed = request.args.get("number", "")
    number = numbers.tidied(typed) if typed else None
    if typed and number is not None:
        return redirect(url_for("courses.certificate_desk", number=number), 303)
    return render("courses/certificates/desk.html", typed=typed[:40], wrong=bool(typed))


@room.page("/desk/certificates/<number>", needs=Permission.COURSES_AUTHOR)
def certificate_desk(number: str) -> ResponseReturnValue:
    """One certificate, with what can be done to it."""
    return _page(queries.certificate_for_staff(viewer(), number))


@room.action("/desk/certificates/<number>/revoke", needs=Permission.COURSES_AUTHOR)
def certificate_revoke(number: str) -> ResponseReturnValue:
    """Take it back, with a reason."""
    view, form = queries.certificate_for_staff(viewer(), number), forms.RevokeForm()
    if not form.sent():
        return _page(view, revoke=form), 422

    def effect(session: Session) -> Answer:
        domain.revoke(session, viewer(), number, bilingual(form, "reason"), now=clock.now())
        return Answer(
            url_for("courses.certificate_desk", number=number),
            _("The certificate is revoked. Its holder gets a letter with the reason."),
        )

    return _done(form, "certificate.revoke", effect)


@room.action("/desk/certificates/<number>/reissue", needs=Permission.COURSES_AUTHOR)
def certificate_reissue(number: str) -> ResponseReturnValue:
    """Give it a new number and the right name."""
    view, form = queries.certificate_for_staff(viewer(), number), forms.ReissueForm()
    if not form.sent():
        return _page(view, reissue=form), 422
    name = form.name.data or ""

    def effect(session: Session) -> Answer:
        new = domain.issue_again(session, viewer(), number, name, now=clock.now())
        return Answer(
            url_for("courses.certificate_desk", number=new.number),
            _("Issued again under a new number. Its holder gets a letter."),
        )

    try:
        return _done(form, "certificate.reissue", effect)
    except domain.UnusableNameError as error:
        form.name.errors = [str(error.text)]
        return _page(view, reissue=form), error.status


def _page(
    view: CertificateView,
    revoke: forms.RevokeForm | None = None,
    reissue: forms.ReissueForm | None = None,
) -> str:
    return render(
        "courses/certificates/desk_one.html",
        page=view,
        revoke=revoke or forms.RevokeForm(formdata=None),
        reissue=reissue or forms.ReissueForm(formdata=None),
    )


def _done(form: HouseForm, what: str, effect: Callable[[Session], Answer]) -> ResponseReturnValue:
    """Carry the form out once, however often it arrives."""
    answer = commit_once(
        key=form.idempotency_key.data or "",
        scope=f"account:{viewer().id}",
        request=[("what", what), ("path", request.path), *form.hash_fields()],
        effect=effect,
    )
    say(answer.said, answer.category)
    return redirect(answer.location, 303)
