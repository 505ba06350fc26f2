"""What everybody may ask: is this certificate genuine, and has this file been changed?

An unknown number and one that was mistyped get the same page. Nothing here is for search engines.
"""

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses import numbers, printing
from hanmadang.courses.forms import certificates as forms
from hanmadang.courses.queries import certificates as queries
from hanmadang.courses.queries.certificates import CertificateView
from hanmadang.courses.views.room import room
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.headers import keep_address
from hanmadang.kernel.limits import limit
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission

_RATE = "120 per minute;1200 per hour"
"""A hall of people may check at once; whoever tries numbers would need a million years."""


@room.page("/certificates", needs=Permission.PUBLIC)
@limit(_RATE)
def certificates() -> ResponseReturnValue:
    """Type a number; leads to its page."""
    typed = request.args.get("number", "")
    if not typed:
        return _unlisted(render("courses/certificates/ask.html", typed="", unknown=False))
    number = numbers.tidied(typed)
    if number is None:
        return _unknown(typed)
    return redirect(url_for("courses.certificate", number=number), 303)


@room.page("/certificates/<number>", needs=Permission.PUBLIC)
@limit(_RATE)
def certificate(number: str) -> ResponseReturnValue:
    """Whether the certificate stands; with the code from the paper, what that copy says."""
    view = _found(number)
    if view is None:
        return _unknown(number)
    return _unlisted(_page(view, forms.CheckForm(formdata=None)))


@room.action("/certificates/<number>/check", needs=Permission.PUBLIC)
@limit(_RATE)
def certificate_check(number: str) -> ResponseReturnValue:
    """Compare a file with those that were handed over, byte by byte."""
    view = _found(number)
    if view is None:
        return _unknown(number)
    form = forms.CheckForm()
    sent = form.file.data
    file = sent.read() if hasattr(sent, "read") else b""
    digest = printing.fingerprint(file) if file else forms.digest_in(form.digest.data or "")
    if not digest:
        return _unlisted(_page(view, form, verdict="nothing"), 422)
    verdict = "same" if queries.number_of_file(digest) == view.number else "other"
    return _unlisted(_page(view, form, verdict=verdict))


def _found(number: str) -> CertificateView | None:
    tidy = numbers.tidied(number)
    try:
        return queries.certificate(tidy) if tidy else None
    except NotFoundError:
        return None


def _page(view: CertificateView, form: forms.CheckForm, verdict: str = "") -> str:
    code = request.args.get("code", "")
    copy = queries.copy_of(view, code) if code and view.stands else None
    return render(
        "courses/certificates/check.html",
        page=view,
        copy=copy,
        code=code,
        facts=printing.said(view, copy) if copy else None,
        form=form,
        verdict=verdict,
    )


def _unknown(typed: str) -> ResponseReturnValue:
    page = render("courses/certificates/ask.html", typed=typed[:40], unknown=True)
    return _unlisted(page, 404)


def _unlisted(page: str, status: int = 200) -> Response:
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return keep_address(answer)
