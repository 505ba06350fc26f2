"""What came of the polls of the world, who asked to be told, and webhooks of both institutions."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.configuration import settings
from hanmadang.people import logins
from hanmadang.polls.domain import following, outcomes
from hanmadang.polls.domain.outcomes import OutcomeDraft
from hanmadang.polls.models_outcomes import Follower, OutcomeState
from hanmadang.polls.rules_outcomes import link_token
from hanmadang.reminders.domain import hooks
from tests.matrix.actors import Cast
from tests.matrix.canaries import Aviary

Made = dict[str, Mapping[str, Any]]


def of(session: Session, cast: Cast, aviary: Aviary, made: Mapping[str, Any]) -> Made:
    """For each institution an entry and a webhook; two people who asked to be told."""
    found = Made()
    for number in (1, 2):
        author, poll = cast.viewers[f"organizer-{number}"], made[f"poll {number}"]
        draft = OutcomeDraft(
            OutcomeState.DONE, clock.now().date(), Bilingual.of(ko="했다", en="Done"), Bilingual()
        )
        outcome = outcomes.publish_outcome(session, author, poll["poll_id"], draft, now=clock.now())
        found[f"outcome {number}"] = {"poll_id": poll["poll_id"], "outcome_id": outcome.id}
        url = f"https://{aviary.mark(f'polls-desk-{number}', 'webhook')}.example/"
        hook = hooks.register_hook(session, author, url, ["poll.closed"], now=clock.now())
        found[f"hook {number}"] = {"hook_id": hook.id}
    poll_id = made["poll 1"]["poll_id"]
    for name, purpose, proven in (
        ("follower", "confirm", False),
        ("follower who stops", "stop", True),
    ):
        seed = _follow(session, aviary, poll_id, name, is_proven=proven)
        found[name] = {"token": link_token(settings().secret_key, purpose, seed)}
    return found


def _follow(session: Session, aviary: Aviary, poll_id: int, name: str, *, is_proven: bool) -> str:
    """Somebody whose address no page may show."""
    address = f"{aviary.mark('link', name)}@example.org"
    login, now = logins.parse(address), clock.now()
    following.follow(session, poll_id, login, "en", is_proven=is_proven, now=now)
    return session.scalars(select(Follower.seed).where(Follower.key == login.key)).one()
