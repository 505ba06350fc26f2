"""What every request passes before its view: id, language, viewer, origin, permission."""

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import SecurityError

from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import transaction
from hanmadang.kernel.device import cookie_name, token_is_ours
from hanmadang.kernel.errors import NotFoundError, RefusedError
from hanmadang.kernel.i18n import set_locale
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.origins import is_foreign
from hanmadang.kernel.permissions import NOBODY, Permission, Viewer
from hanmadang.kernel.rooms import needs_of
from hanmadang.kernel.text import UnusableTextError, clean
from hanmadang.kernel.uploads import most_bytes
from hanmadang.people import sessions

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ACCOUNT = "people"
"""The room that stays open to who has not shown the second factor; it asks for it itself."""


def register(app: Flask) -> None:
    """Put the checks before every request."""
    app.before_request(_enter)


def _enter() -> ResponseReturnValue | None:
    """All checks in their order; one hook, because Flask asks of each whether it is a coroutine."""
    _refuse_foreign_host()
    _identify()
    _allow_files()
    _choose_language()
    _refuse_broken_text()
    _find_viewer()
    _refuse_foreign_origin()
    _refuse_forged_action()
    return _check_permission()


def _refuse_foreign_host() -> None:
    """Before anything that may need a page: pages hold addresses, and here there are none."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception


def _identify() -> None:
    g.request_id = new_key()


def _allow_files() -> None:
    """Before anything reads the form."""
    most = most_bytes(request.path)
    if most is not None:
        request.max_content_length = most


def _choose_language() -> None:
    """The path's language, else the visitor's wish, else the house's default."""
    first = request.path[1:3] if request.path[3:4] in {"", "/"} else ""
    wished = first if first in LANGUAGES else request.accept_languages.best_match(LANGUAGES)
    g.language = wished or settings().default_locale
    set_locale(g.language)


def _refuse_broken_text() -> None:
    """NUL bytes and half surrogate pairs fit no database: 400 on every one alike.

    In what a person typed into a form they are a fault of that field (422): forms see to it.
    """
    try:
        clean(request.path)
        if request.method not in _SAFE:
            clean(request.form.get("idempotency_key", ""))
        for name, value in request.args.items(multi=True):
            clean(name + value)
    except UnusableTextError:
        abort(400)


def _find_viewer() -> None:
    g.viewer = NOBODY
    if request.endpoint == "static" or not request.cookies.get(cookie_name(sessions.COOKIE)):
        return
    g.viewer = sessions.current_viewer()
    if g.viewer.is_signed_in and clock.now() - g.session_seen_at > sessions.TOUCH:
        with transaction() as session:
            sessions.touch(session, g.viewer, clock.now())


def _refuse_foreign_origin() -> None:
    """Browsers say where a request comes from; an unsafe one must come from here."""
    if request.method in _SAFE:
        return
    if is_foreign(request):
        raise RefusedError


def _refuse_forged_action() -> None:
    """An action without a form class still needs our token; forms check their own."""
    rule = request.url_rule
    if request.method in _SAFE or rule is None or rule.methods is None or "GET" in rule.methods:
        return
    token = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not token_is_ours(token):
        abort(400, description="token")


def _check_permission() -> ResponseReturnValue | None:
    """Deny by default; who has not shown a second factor reaches only the account."""
    if request.endpoint is None:
        return None
    needs = needs_of(current_app, request.endpoint)
    viewer: Viewer = g.viewer
    if needs is None:
        raise NotFoundError
    if _is_unproven(viewer) and not _is_own_account(needs):
        if needs is not Permission.PUBLIC:
            return redirect(url_for("people.second_factor", next=_here()), 303)
        g.viewer, g.half_signed_in = NOBODY, True
        return None
    if not viewer.may(needs):
        if viewer.is_signed_in:
            raise RefusedError
        return redirect(url_for("people.sign_in", next=_here()), 303)
    return None


def _is_unproven(viewer: Viewer) -> bool:
    """Who gave only the password of an account that needs more: still a visitor to us."""
    return viewer.is_signed_in and not viewer.second_factor


def _is_own_account(needs: Permission) -> bool:
    return request.blueprint == _ACCOUNT and needs in {Permission.PUBLIC, Permission.SIGNED_IN}


def _here() -> str:
    """Where to come back to after signing in: this page, or its page for a sent form."""
    return request.full_path.rstrip("?") if request.method in _SAFE else ""
