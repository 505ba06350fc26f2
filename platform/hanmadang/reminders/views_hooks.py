"""The desk of webhooks: register, look, test, pause, renew the secret, delete."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.gate import aside
from hanmadang.kernel.i18n import _
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.limits import client_device, limit
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.reminders import posting, texts_hooks
from hanmadang.reminders.domain import hooks
from hanmadang.reminders.forms_hooks import HookForm
from hanmadang.reminders.models_hooks import Hook, HookState
from hanmadang.reminders.queries_hooks import find_hook, hooks_of, last_deliveries
from hanmadang.reminders.rules import secret_of
from hanmadang.reminders.views import room

NEEDS = Permission.HOOKS_MANAGE
_ID = "<int(max=2147483647):hook_id>"


@room.form("/desk/hooks", needs=NEEDS, endpoint="hooks")
@limit("30 per hour", by=client_device, methods=["POST"])
def index() -> ResponseReturnValue:
    """The webhooks of this institution, and a form for another one."""
    form = HookForm()
    status = 422 if form.is_submitted() else 200
    if form.sent():
        try:
            return _register(form)
        except DomainError as error:
            form.blame(error)
            status = error.status
    found = hooks_of(db.session(), viewer())
    return render("reminders/hooks.html", form=form, hooks=found, texts=texts_hooks), status


def _register(form: HookForm) -> ResponseReturnValue:
    """The secret is shown only in the answer to the request that made it."""
    url, made = str(form.url.data), list[Hook]()
    allowed = settings().hooks_to_loopback
    with aside():
        posting.target(url, to_loopback=allowed)

    def effect(session: Session) -> Answer:
        hook = hooks.register_hook(
            session, viewer(), url, form.kinds.data or [], now=clock.now()
        )  # fmt: skip
        made[:] = [hook]
        return Answer(url_for("reminders.hook", hook_id=hook.id))

    answer = commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=form.hash_fields(),
        effect=effect,
    )
    return _secret(made[0]) if made else redirect(answer.location, 303)


@room.page(f"/desk/hooks/{_ID}", needs=NEEDS)
def hook(hook_id: int) -> ResponseReturnValue:
    """One webhook and its last deliveries."""
    session = db.session()
    found = _reached(session, hook_id)
    return render(
        "reminders/hook.html",
        hook=found,
        deliveries=last_deliveries(session, hook_id),
        kinds=texts_hooks.kind_words(),
        texts=texts_hooks,
    )


@room.action(f"/desk/hooks/{_ID}/test", needs=NEEDS)
@limit("20 per hour", by=client_device)
def test_hook(hook_id: int) -> ResponseReturnValue:
    """Send a message that says nothing."""
    with transaction() as session:
        hooks.send_test(session, viewer(), _reached(session, hook_id), now=clock.now())
    say(_("A test is on its way. Reload this page in a few seconds to see how it went."))
    return redirect(url_for("reminders.hook", hook_id=hook_id), 303)


@room.action(f"/desk/hooks/{_ID}/pause", needs=NEEDS)
def pause_hook(hook_id: int) -> ResponseReturnValue:
    """Tell it nothing for a while."""
    return _move(hook_id, HookState.PAUSED)


@room.action(f"/desk/hooks/{_ID}/resume", needs=NEEDS)
def resume_hook(hook_id: int) -> ResponseReturnValue:
    """Tell it what happens from now on."""
    return _move(hook_id, HookState.ACTIVE)


@room.action(f"/desk/hooks/{_ID}/secret", needs=NEEDS)
def renew_hook_secret(hook_id: int) -> ResponseReturnValue:
    """Make another secret and show it, this once."""
    with transaction() as session:
        found = _reached(session, hook_id)
        hooks.renew_secret(session, viewer(), found)
    return _secret(_reached(db.session(), hook_id))


@room.form(f"/desk/hooks/{_ID}/delete", needs=NEEDS)
def delete_hook(hook_id: int) -> ResponseReturnValue:
    """Ask whether to delete it, then do it."""
    form = HouseForm()
    if form.sent():
        with transaction() as session:
            hooks.delete_hook(session, viewer(), _reached(session, hook_id))
        say(_("The webhook is deleted."))
        return redirect(url_for("reminders.hooks"), 303)
    found = _reached(db.session(), hook_id)
    page = render("reminders/hook_delete.html", hook=found, form=form)
    return page, 422 if form.errors else 200


def _move(hook_id: int, to: HookState) -> ResponseReturnValue:
    with transaction() as session:
        hooks.move_hook(session, viewer(), _reached(session, hook_id), to)
    return redirect(url_for("reminders.hook", hook_id=hook_id), 303)


def _secret(found: Hook) -> ResponseReturnValue:
    secret = secret_of(settings().secret_key, found.seed)
    return render("reminders/hook_secret.html", hook=found, secret=secret)


def _reached(session: Session, hook_id: int) -> Hook:
    found = find_hook(session, viewer(), hook_id)
    if found is None:
        raise NotFoundError
    return found
