"""Reminders of reviews: looked for once on each wisher's day, in their daylight."""

from flask import Flask
from sqlalchemy import select

from hanmadang.courses.domain.reviews import is_daytime, local, plan_mail
from hanmadang.courses.models import ReviewWish
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.people.models import Account, AccountState
from hanmadang.reminders.ticks import every

_SECONDS = 600


@every(_SECONDS, "course reviews")
def plan_reviews(app: Flask) -> None:
    """Plan today's mails; each person in a transaction of their own."""
    with app.app_context():
        now = clock.now()
        wishes = db.session.execute(
            select(Account, ReviewWish.looked_on)
            .join(ReviewWish, ReviewWish.account_id == Account.id)
            .where(Account.state == AccountState.ACTIVE.value, Account.verified_at.is_not(None))
        ).all()
        waiting = [
            account.id
            for account, looked_on in wishes
            if is_daytime(account, now) and looked_on != local(account, now).date()
        ]
        for account_id in waiting:
            with transaction() as session:
                plan_mail(session, account_id, now)
