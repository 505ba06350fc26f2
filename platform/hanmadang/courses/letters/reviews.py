"""The letter about what is to be reviewed today."""

from collections.abc import Mapping
from typing import Any

from hanmadang.courses.domain.reviews import LETTER
from hanmadang.courses.models import ReviewWish
from hanmadang.courses.queries.reviews import ReviewDay, review_day
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, _n, current_locale
from hanmadang.kernel.mailed import link_token
from hanmadang.kernel.pages import external_url
from hanmadang.reminders.composers import Letter, Reader, composer

FAMILY, STOP = "course-review", "stop"
"""What the link that ends these mails is for."""


def register() -> None:
    """Teach the outbox to write our mails."""
    composer(LETTER)(_review)


def _review(_payload: Mapping[str, Any], reader: Reader) -> Letter | None:
    """None where the wish is gone, or everything was reviewed before the mail left."""
    session, account_id = db.session(), reader.account_id or 0
    wish = session.get(ReviewWish, account_id)
    day = review_day(account_id, clock.now(), session)
    if wish is None or not day.due:
        return None
    token = link_token(settings().secret_key, FAMILY, STOP, wish.seed)
    stop = external_url("courses.stop_review_mails", token=token)
    count = len(day.due)
    text = "\n\n".join(
        (
            _n("%(n)s question waits for you, from what you have learned:",
               "%(n)s questions wait for you, from what you have learned:", count),
            _units(day),
            _("It takes a few minutes:"),
            external_url("courses.review"),
            _("No more of these mails? One press on this page, without signing in:"),
            stop,
        )
    )  # fmt: skip
    subject = _n("%(n)s question to review today", "%(n)s questions to review today", count)
    return Letter(subject, text, secret=True, stop=stop)


def _units(day: ReviewDay) -> str:
    titles = dict.fromkeys(item.unit_title.shown(current_locale()).text for item in day.due)
    return "\n".join(f"- {title}" for title in titles)
