"""The room's blueprint, on which its pages hang, and whom its limits count."""

from flask import Request

from hanmadang.kernel.limits import client_device, masked
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.rooms import Room

room = Room("courses", "hanmadang.courses.views")


def reader(sent: Request) -> str:
    """Whose rows a limit counts: the account's, since a device's cookie is easily another one."""
    return masked(f"account {viewer().id}") if viewer().is_signed_in else client_device(sent)
