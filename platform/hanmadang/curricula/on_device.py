"""What a device keeps for its path until somebody signs up: one signed cookie, and the signed
offer that carries derived evidence from the page after a vote.

Only derived evidence is ever signed: what was right, which topics were chosen.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from hanmadang.curricula.brought import Brought, Device, Kept
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
    """What this device keeps; nothing where the cookie is missing, too old or not ours."""
    cookie = request.cookies.get(cookie_name(COOKIE), "")
    if not cookie:
        return Device()
    try:
        stored = _signer("path").loads(cookie, max_age=int(KEPT_FOR.total_seconds()))
    except BadData:
        return Device()
    return _from_json(stored)


def write(response: Response, device: Device) -> None:
    """Keep it for another 90 days; an empty one takes the cookie away."""
    value = "" if device.is_empty else _fitting(device)
    set_cookie(response, COOKIE, value, int(KEPT_FOR.total_seconds()))


def _fitting(device: Device) -> str:
    value = str(_signer("path").dumps(_to_json(device)))
    while len(value) > MOST_BYTES:
        device = Device(device.kept[1:], device.minutes, device.topics, device.consent_version)
        value = str(_signer("path").dumps(_to_json(device)))
    return value


def _to_json(device: Device) -> dict[str, Any]:
    return {
        "e": [{"d": kept.day.isoformat(), **kept.brought.to_json()} for kept in device.kept],
        "m": device.minutes,
        "t": list(device.topics),
        "v": device.consent_version,
    }


def _from_json(stored: Mapping[str, Any]) -> Device:
    kept = tuple(Kept(Brought.from_json(e), date.fromisoformat(e["d"])) for e in stored["e"])
    return Device(kept, stored["m"], tuple(stored["t"]), stored["v"])


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=purpose)
