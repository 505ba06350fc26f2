"""The holder's pages: the certificates, the name, what is printed and what everybody sees."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import domain, numbers, printing
from hanmadang.courses.domain import Choice
from hanmadang.courses.forms import certificates as forms
from hanmadang.courses.models import Item
from hanmadang.courses.queries import certificates as queries
from hanmadang.courses.queries.certificates import CertificateView, CopyView
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import transact
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.limits import limit
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_RATE = "60 per minute;600 per hour"
"""Of setting type, which costs milliseconds."""


@room.page("/my/certificates", needs=Permission.COURSES_TAKE)
def my_certificates() -> ResponseReturnValue:
    """The viewer's certificates."""
    return render("courses/certificates/mine.html", found=queries.my_certificates(viewer()))


@room.page("/courses/<course>/certificate", needs=Permission.COURSES_TAKE)
def course_certificate(course: str) -> ResponseReturnValue:
    """Leads to the viewer's certificate in that course."""
    number = queries.number_in(viewer(), course)
    return redirect(url_for("courses.my_certificate", number=number), 303)


@room.form("/my/certificates/<number>", needs=Permission.COURSES_TAKE)
def my_certificate(number: str) -> ResponseReturnValue:
    """One certificate: the name first, then what is printed of it."""
    view = queries.my_certificate(viewer(), number)
    form = forms.NameForm(data={"name": viewer().name})
    status = 200
    if form.sent():
        name = form.name.data or ""
        try:
            transact(lambda session: domain.write_name(session, viewer(), number, name))
        except domain.UnusableNameError as error:
            form.name.errors = [str(error.text)]
        else:
            say(_("The name is on your certificate. Now choose what else it says."))
            return redirect(url_for("courses.my_certificate", number=number), 303)
    if form.errors:
        status = 422
    return _page(view, form), status


@room.page("/my/certificates/<number>/preview.png", needs=Permission.COURSES_TAKE)
@limit(_RATE)
def certificate_preview(number: str) -> ResponseReturnValue:
    """How the chosen copy will look."""
    view = queries.my_certificate(viewer(), number)
    if not view.stands:
        raise NotFoundError
    choice = forms.choice_in(request.args, view, current_locale())
    sample = CopyView(
        0, choice.language, choice.items, choice.birth_year, "0" * numbers.COPY_CODE, clock.now()
    )
    return Response(printing.as_picture(view, sample), mimetype="image/png")


@room.action("/my/certificates/<number>/copies", needs=Permission.COURSES_TAKE)
def certificate_copy(number: str) -> ResponseReturnValue:
    """Print the chosen copy; leads to its file."""
    view = queries.my_certificate(viewer(), number)
    choice, now = forms.choice_in(request.form, view, current_locale()), clock.now()
    if forms.has_wrong_year(request.form):
        raise domain.UnusableCopyError
    code = transact(lambda session: domain.copy(session, viewer(), number, choice, now=now).code)
    return redirect(url_for("courses.certificate_file", number=number, code=code), 303)


@room.page("/my/certificates/<number>/copies/<code>.pdf", needs=Permission.COURSES_TAKE)
@limit(_RATE)
def certificate_file(number: str, code: str) -> ResponseReturnValue:
    """A copy as a file; its fingerprint is kept before it is handed over."""
    view = queries.my_certificate(viewer(), number)
    found = queries.copy_of(view, code)
    if found is None:
        raise NotFoundError
    if not view.stands:
        raise domain.NotStandingError
    copy_id, file = found.id, printing.as_pdf(view, found)
    digest = printing.fingerprint(file)
    if queries.number_of_file(digest) is None:
        transact(lambda session: _keep(session, copy_id, digest))
    answer = Response(file, mimetype="application/pdf")
    return as_download(answer, f"{view.number}-{found.language}.pdf")


@room.action("/my/certificates/<number>/shown", needs=Permission.COURSES_TAKE)
def certificate_shown(number: str) -> ResponseReturnValue:
    """Choose what the public page shows."""
    items = [item for item in Item if item.value in request.form.getlist("shown")]
    transact(lambda session: domain.show_to_all(session, viewer(), number, items))
    say(_("Saved. The public page shows just what you chose."))
    return redirect(url_for("courses.my_certificate", number=number, _anchor="public"), 303)


def _keep(session: Session, copy_id: int, digest: str) -> None:
    domain.keep_fingerprint(session, copy_id, digest, now=clock.now())


def _page(view: CertificateView, form: forms.NameForm) -> str:
    choice = forms.choice_in(request.args, view, current_locale())
    shown = forms.ShownForm(formdata=None, data={"shown": [item.value for item in view.shown]})
    shown.of(view)
    return render(
        "courses/certificates/one.html",
        page=view,
        form=form,
        shown=shown,
        choice=choice,
        offered=forms.offered(view, choice),
        wrong_year=request.args["birth_year"] if forms.has_wrong_year(request.args) else "",
        preview=_with(view.number, choice, "courses.certificate_preview"),
        copies=queries.copies_of(view),
        shown_code=numbers.shown_code,
    )


def _with(number: str, choice: Choice, endpoint: str = "courses.my_certificate") -> str:
    """The address that says this choice again."""
    items = [item.value for item in Item if item in choice.items]
    year: dict[str, Any] = {"birth_year": choice.birth_year} if choice.birth_year else {}
    return url_for(endpoint, number=number, language=choice.language, items=items, **year)
