"""Whether what a process remembers of polls is what the database holds."""

from sqlalchemy.orm import Session

from hanmadang.kernel.permissions import Permission, Role, Viewer
from hanmadang.polls.models import Poll
from hanmadang.polls.queries import poll_page, questions


def outdated(session: Session) -> list[int]:
    """Ids of polls that a page would now show as they are no longer stored."""
    return [poll.id for poll in session.query(Poll) if _is_outdated(session, poll)]


def _is_outdated(session: Session, poll: Poll) -> bool:
    page = poll_page(session, _STAFF, poll.slug)
    return page is not None and page.questions != questions.read_questions(session, poll.id)


_STAFF = Viewer(account_id=0, roles=frozenset({Role.ADMINISTRATOR}))
assert _STAFF.may(Permission.POLLS_MODERATE)
