"""What a device keeps for its path until somebody signs up: one signed cookie, and the signed
offer that carries derived evidence from the page after a vote.

Only derived evidence is ever signed: what was right, which topics were chosen.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from hanmadang.curricula.brought import Brought, Device, Kept, Knowledge, Shown, Tried
from hanmadang.curricula.queries.lessons import on_offer_now
from hanmadang.curricula.wishes import MINUTES, MOST_LEVEL, Decided, Wishes
from hanmadang.kernel.db import db
from hanmadang.kernel.device import cookie_name, set_cookie
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy

COOKIE = "hm_path"
KEPT_FOR = timedelta(days=90)
OFFERED_FOR = timedelta(days=1)
MOST_BYTES = 3_000
"""Of the cookie's value; the oldest poll is dropped before it grows beyond."""


class OfferEndedError(DomainError):
    """The signed evidence is older than a day, or was not signed here (422)."""

    status = 422
    text = lazy("This offer has ended. Please open the poll again and try once more.")


def sign_offer(brought: Brought) -> str:
    """The evidence as text that only this house can make."""
    return str(_signer("evidence").dumps(brought.to_json()))


def read_offer(text: str) -> Brought:
    """The inverse of `sign_offer`. Raises OfferEndedError."""
    try:
        stored = _signer("evidence").loads(text, max_age=int(OFFERED_FOR.total_seconds()))
    except BadData as error:
        raise OfferEndedError from error
    return Brought.from_json(stored)


def read() -> Device:
    """What this device keeps; nothing where the cookie is missing, too old or not ours.

    Its lessons are those on offer now, whatever version they were decided about in.
    """
    cookie = request.cookies.get(cookie_name(COOKIE), "")
    if not cookie:
        return Device()
    try:
        stored = _signer("path").loads(cookie, max_age=int(KEPT_FOR.total_seconds()))
    except BadData:
        return Device()
    return _of_today(_from_json(stored))


def _of_today(device: Device) -> Device:
    before = device.tried.before if device.tried else ()
    now = on_offer_now(db.session(), device.lessons())
    return replace(
        device,
        decided=device.decided.renamed(now),
        shown=tuple(replace(s, unit_id=now.get(s.unit_id, s.unit_id)) for s in device.shown),
        tried=device.tried and replace(device.tried, before=tuple(now.get(n, n) for n in before)),
    )


def write(response: Response, device: Device) -> None:
    """Keep it for another 90 days; an empty one takes the cookie away."""
    value = "" if device.is_empty else _fitting(device)
    set_cookie(response, COOKIE, value, int(KEPT_FOR.total_seconds()))


def _fitting(device: Device) -> str:
    value = str(_signer("path").dumps(_to_json(device)))
    while len(value) > MOST_BYTES:
        device = _lighter(device)
        value = str(_signer("path").dumps(_to_json(device)))
    return value


def _lighter(device: Device) -> Device:
    """Without what can be missed soonest: the oldest poll, the oldest decision, half the topics."""
    if device.kept:
        return replace(device, kept=device.kept[1:])
    decided = device.decided
    if decided.skipped:
        return replace(device, decided=replace(decided, skipped=decided.skipped[1:]))
    if decided.pinned:
        return replace(device, decided=replace(decided, pinned=decided.pinned[1:]))
    if device != Device(wishes=device.wishes):
        return Device(wishes=device.wishes)
    levels = sorted(device.wishes.levels.items(), key=lambda wish: (-wish[1], wish[0]))
    return Device(wishes=replace(device.wishes, levels=dict(levels[: len(levels) // 2])))


def _to_json(device: Device) -> dict[str, Any]:
    """Short keys, and only what is there."""
    wishes, decided, tried = device.wishes, device.decided, device.tried
    whole = {
        "e": [{"d": kept.day.isoformat(), **kept.brought.to_json()} for kept in device.kept],
        "m": wishes.minutes,
        "t": wishes.levels,
        "u": wishes.deadline and wishes.deadline.isoformat(),
        "c": wishes.captions,
        "l": wishes.longest,
        "v": device.consent_version,
        "x": [decided.pinned, decided.skipped, decided.known] if decided != Decided() else None,
        "s": [_shown_to_json(shown) for shown in device.shown],
        "q": [tried.asked, tried.before, tried.ended] if tried else None,
    }
    return {key: value for key, value in whole.items() if value}


def _shown_to_json(shown: Shown) -> list[Any]:
    counts = [[piece.competency, piece.right, piece.of] for piece in shown.knowledge]
    return [shown.source, shown.unit_id, shown.day.isoformat(), counts]


def _from_json(stored: Mapping[str, Any]) -> Device:
    tried = stored.get("q")
    return Device(
        tuple(Kept(Brought.from_json(e), date.fromisoformat(e["d"])) for e in stored.get("e", ())),
        _wishes_from_json(stored),
        stored.get("v", ""),
        Decided(*map(tuple, stored.get("x", ()))),
        tuple(_shown_from_json(shown) for shown in stored.get("s", ())),
        tried and Tried(tuple(map(tuple, tried[0])), tuple(tried[1]), tried[2]),
    )


def _wishes_from_json(stored: Mapping[str, Any]) -> Wishes:
    topics, until = stored.get("t") or {}, stored.get("u")
    # Cookies of the first release hold a list of topics.
    levels = topics if isinstance(topics, dict) else dict.fromkeys(topics, MOST_LEVEL)
    return Wishes(
        stored.get("m", MINUTES),
        levels,
        date.fromisoformat(until) if until else None,
        captions=stored.get("c", False),
        longest=stored.get("l"),
    )


def _shown_from_json(stored: list[Any]) -> Shown:
    source, unit_id, day, counts = stored
    return Shown(
        tuple(Knowledge(*count) for count in counts), source, date.fromisoformat(day), unit_id
    )


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=purpose)
