"""What a device kept moves into the account that signs in on it, and leaves the device."""

from flask import Response, after_this_request, has_request_context
from sqlalchemy.orm import Session

from hanmadang.curricula import on_device
from hanmadang.curricula.brought import Device
from hanmadang.curricula.domain import carry_decisions, carry_over
from hanmadang.kernel import clock


def bring_along(session: Session, account_id: int) -> None:
    """Called inside the transaction of the sign-in; does nothing where the device keeps nothing."""
    if not has_request_context():
        return
    device = on_device.read()
    if device.is_empty:
        return
    carry_over(session, account_id, device, now=clock.now())
    carry_decisions(session, account_id, device, now=clock.now())

    @after_this_request
    def forget(response: Response) -> Response:
        on_device.write(response, Device())
        return response
