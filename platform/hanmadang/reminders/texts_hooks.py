"""Words for webhooks and their deliveries."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.reminders.domain import hook_queue, hooks
from hanmadang.reminders.models_hooks import DeliveryState, HookState

STATES: Mapping[str, tuple[LazyText, str]] = {
    HookState.ACTIVE.value: (lazy("Active"), "good"),
    HookState.PAUSED.value: (lazy("Paused by hand"), "warn"),
    HookState.OFF.value: (lazy("Switched off"), "bad"),
}
NOTES: Mapping[str, LazyText] = {
    hook_queue.SILENT: lazy(
        "We switched it off: a delivery was tried for a whole day without success. Check the "
        "receiving program, then switch it on again."
    ),
    hook_queue.GONE: lazy(
        "We switched it off: the address answered that it is gone for good (410)."
    ),
}
DELIVERIES: Mapping[str, LazyText] = {
    DeliveryState.DUE.value: lazy("Waiting"),
    DeliveryState.LEASED.value: lazy("Being delivered"),
    DeliveryState.DELIVERED.value: lazy("Delivered"),
    DeliveryState.GIVEN_UP.value: lazy("Given up"),
}
TEST = lazy("A test")


def kind_words() -> Mapping[str, LazyText]:
    """Every kind of delivery."""
    return {**hooks.kinds(), hooks.TEST: TEST}
