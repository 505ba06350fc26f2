"""Who reaches which webhook, and how deliveries are signed."""

import base64
import hashlib
import hmac

from sqlalchemy import ColumnElement, false, true

from hanmadang.kernel.ids import keyed
from hanmadang.kernel.permissions import Permission, Role, Viewer
from hanmadang.reminders.models_hooks import Hook

_PREFIX = "whsec_"


def reached_by(viewer: Viewer) -> ColumnElement[bool]:
    """The house reaches all webhooks, an institution its own."""
    if not viewer.may(Permission.HOOKS_MANAGE):
        return false()
    if viewer.institution_id is None or Role.ADMINISTRATOR in viewer.roles:
        return true()
    return Hook.institution_id == viewer.institution_id


def secret_of(house_secret: str, seed: str) -> str:
    """What a receiver checks signatures with: ``whsec_`` and 32 bytes in base64."""
    raw = bytes.fromhex(keyed(house_secret, "hook", seed))
    return _PREFIX + base64.b64encode(raw).decode()


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """The ``webhook-signature`` of a delivery, as Standard Webhooks defines it."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
