"""Words of the room of reminders."""

from hanmadang.kernel.i18n import lazy
from hanmadang.reminders.models import MailState

STATE_LABELS = {
    MailState.DUE.value: lazy("Waiting"),
    MailState.LEASED.value: lazy("Taken by a sender"),
    MailState.SENDING.value: lazy("Being handed over"),
    MailState.SENT.value: lazy("Sent"),
    MailState.REFUSED.value: lazy("Refused by the mail server"),
    MailState.EXPIRED.value: lazy("Too late to be useful"),
    MailState.UNCERTAIN.value: lazy("Uncertain: may have arrived"),
    MailState.CANCELLED.value: lazy("Cancelled"),
}
