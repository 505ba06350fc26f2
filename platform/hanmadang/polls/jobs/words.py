"""Typed answers, and the end of those that nobody was shown."""

from flask import Flask

from hanmadang.kernel import clock
from hanmadang.kernel.db import transaction
from hanmadang.polls.domain.words_desk import forget_words as forget
from hanmadang.reminders.ticks import every

_DAY = 24 * 3600


@every(_DAY, "polls.forget_words")
def forget_words(app: Flask) -> None:
    """Delete rare typed answers that were never shown, 30 days after their poll closed."""
    with app.app_context(), transaction() as session:
        forget(session, clock.now())
