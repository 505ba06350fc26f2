"""The mail that lets somebody into a poll. It runs when a mail leaves, outside any request."""

from collections.abc import Mapping
from typing import Any

from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import external_url
from hanmadang.polls.domain.entering import MAIL_KIND
from hanmadang.polls.queries.entry import entry_poll_by_id
from hanmadang.reminders.composers import Letter, Reader, composer


def register() -> None:
    """Teach the outbox to write it."""
    composer(MAIL_KIND)(_way_in)


def _way_in(payload: Mapping[str, Any], to: Reader) -> Letter | None:
    poll = entry_poll_by_id(db.session(), payload["poll_id"])
    if poll is None:
        return None
    title = poll.title.shown(to.locale).text
    paragraphs = (
        _(
            "You, or somebody else, wants to answer the poll “%(title)s” with this address.",
            title=title,
        ),
        _("Please open this page and press the button:"),
        external_url("polls.enter_by_mail", slug=poll.slug, token=payload["token"]),
        _("The link works for 30 minutes. One address can answer once."),
        _(
            "The address is not kept with the poll. If it was not you, you need not do anything: "
            "without the link nobody can answer in your place."
        ),
    )
    return Letter(_("Your way into the poll"), "\n\n".join(paragraphs), secret=True)
