"""Evidence: brought from a poll, looked at, deleted, its consent withdrawn. No ballot is read."""

from dataclasses import replace
from datetime import timedelta

from flask import Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.curricula import offers, on_device, texts
from hanmadang.curricula.brought import PRETEST, Brought, Device, Kept
from hanmadang.curricula.domain import forget_piece, take_evidence
from hanmadang.curricula.forms import OfferForm
from hanmadang.curricula.queries.items import questions_on
from hanmadang.curricula.views.room import known, room
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.rooms import LARGEST
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind


@room.page("/my-path/evidence", needs=Permission.PUBLIC)
def evidence() -> ResponseReturnValue:
    """What the house knows about whoever asks, piece by piece."""
    made, page = known()
    standing = None
    if viewer().account_id is not None:
        all_standing = consents.standing(db.session(), viewer().id)
        standing = next(s for s in all_standing if s.text.kind is ConsentKind.PATH)
    return render(
        "curricula/evidence.html",
        facts=made.facts,
        page=page,
        shelf=made.shelf,
        sources=texts.SOURCES,
        verdicts=texts.VERDICTS,
        standing=standing,
        kept_for=on_device.KEPT_FOR // timedelta(days=1),
    )


@room.action("/my-path/evidence", needs=Permission.PUBLIC)
def bring() -> ResponseReturnValue:
    """Use derived evidence for the path: kept with the account, or on this device."""
    form = OfferForm()
    try:
        brought = on_device.read_offer(form.payload.data or "")
    except on_device.OfferEndedError as ended:
        return render("curricula/offer_ended.html", text=ended.text), ended.status
    form.consented = offers.has_agreed(db.session(), viewer())
    if not form.sent():
        offer = offers.make_offer(db.session(), viewer(), brought, form)
        return render("curricula/offer.html", offer=offer), 422
    return _take(brought, form) if viewer().is_signed_in else _keep(brought)


def _take(brought: Brought, form: OfferForm) -> ResponseReturnValue:
    def effect(session: Session) -> Answer:
        kept = Kept(brought, clock.today(settings().zone))
        take_evidence(session, viewer(), kept, consent=True, now=clock.now())
        return Answer(url_for("curricula.my_path"), _("Your path uses these answers now."))

    answer = commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=form.hash_fields(),
        effect=effect,
    )
    say(answer.said, answer.category)
    return redirect(answer.location, 303)


def _keep(brought: Brought) -> Response:
    """On the device; the same poll's earlier evidence is replaced."""
    device = on_device.read()
    version = consents.CURRENT[ConsentKind.PATH].version
    others = device.kept if device.consent_version == version else ()
    kept = tuple(one for one in others if one.brought.key != brought.key)
    fresh = Kept(brought, clock.today(settings().zone))
    say(_("Your path uses these answers now. They are kept on this device only."))
    return _to("curricula.my_path", replace(device, kept=(*kept, fresh), consent_version=version))


@room.action("/my-path/evidence/<key>/delete", needs=Permission.PUBLIC)
def delete(key: str) -> ResponseReturnValue:
    """Forget one piece; the path is made anew without it."""
    if viewer().account_id is None:
        response = _to("curricula.evidence", _without(on_device.read(), key))
    else:
        with transaction() as session:
            forget_piece(session, viewer(), _id_in(key))
        response = current_app.make_response(redirect(url_for("curricula.evidence"), 303))
    say(_("Deleted. Your path no longer uses it."))
    return response


@room.action("/my-path/evidence/withdraw", needs=Permission.PUBLIC)
def withdraw() -> ResponseReturnValue:
    """Withdraw the consent: everything brought from polls is deleted at once."""
    say(_("Consent withdrawn. Everything from polls has been deleted."))
    account_id = viewer().account_id
    if account_id is None:
        device = on_device.read()
        return _to("curricula.evidence", replace(device, kept=(), consent_version=""))
    with transaction() as session:
        consents.withdraw(session, account_id, ConsentKind.PATH, now=clock.now(), actor=viewer())
    return redirect(url_for("curricula.evidence"), 303)


def _id_in(key: str) -> int:
    """A piece's number. Raises NotFoundError for what is none, or too large to be one."""
    if not (key.isascii() and key.isdigit() and len(key) <= len(str(LARGEST))):
        raise NotFoundError
    return min(int(key), LARGEST)


def _without(device: Device, key: str) -> Device:
    """The device without the piece ``poll.code``. Raises NotFoundError where it keeps none."""
    poll, _dot, code = key.partition(".")
    kept = tuple(
        replace(one, brought=one.brought.without(code)) if one.brought.key == poll else one
        for one in device.kept
    )
    shown = tuple(each.without(code) if each.key == poll else each for each in device.shown)
    if (kept, shown) == (device.kept, device.shown):
        raise NotFoundError
    if (tried := device.tried) and poll == PRETEST:
        # A further answer would count all of them anew, and bring the piece back.
        on_it = questions_on(db.session(), code)
        rest = tuple(answer for answer in tried.asked if answer[0] not in on_it)
        device = replace(device, tried=replace(tried, asked=rest, ended=True))
    claimed = {each.unit_id for each in device.shown if each.key == poll}
    known = tuple(n for n in device.decided.known if n not in claimed)
    return replace(
        device,
        kept=tuple(one for one in kept if one.brought),
        shown=tuple(each for each in shown if each.knowledge),
        decided=replace(device.decided, known=known),
    )


def _to(endpoint: str, device: Device) -> Response:
    response = current_app.make_response(redirect(url_for(endpoint), 303))
    on_device.write(response, device)
    return response
