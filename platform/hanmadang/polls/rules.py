"""Who may see and moderate a poll, when results may be seen, and how ballots are named."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, true

from hanmadang.kernel.ids import keyed, same
from hanmadang.kernel.permissions import Permission, Role, Viewer
from hanmadang.polls.models import TELLING, Poll, PollState, QuestionType, ResultsShown
from hanmadang.polls.staging import Gate

RECEIPT_LENGTH = 20


def can_see(viewer: Viewer, poll: Poll) -> bool:
    """Drafts are for those who moderate them; everything else is public."""
    return poll.state != PollState.DRAFT or can_moderate(viewer, poll)


def can_moderate(viewer: Viewer, poll: Poll) -> bool:
    """The house's moderators moderate all polls, an institution's its own; authors their own."""
    if not viewer.may(Permission.POLLS_MODERATE):
        return False
    return (
        _for_the_house(viewer)
        or poll.institution_id == viewer.institution_id
        or poll.author_id == viewer.account_id
    )


def moderated_by(viewer: Viewer) -> ColumnElement[bool]:
    """The twin of `can_moderate` for those who hold the permission."""
    if _for_the_house(viewer):
        return true()
    return or_(Poll.institution_id == viewer.institution_id, Poll.author_id == viewer.account_id)


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The twin of `can_see`."""
    public = Poll.state != PollState.DRAFT.value
    if not viewer.may(Permission.POLLS_MODERATE):
        return public
    return or_(public, moderated_by(viewer))


def is_text_public(state: PollState, gate: Gate, question_id: int) -> bool:
    """Whether a question's words are out: of a led poll only once it was put to the room."""
    return state is PollState.CLOSED or gate.has_asked(question_id)


def may_choose_institution(viewer: Viewer) -> bool:
    """Whether the viewer may run a poll in any institution's name."""
    return _for_the_house(viewer)


def are_results_shown(
    shown: ResultsShown,
    type_: QuestionType,
    state: PollState,
    *,
    has_answered: bool,
    revealed: bool,
) -> bool:
    """Whether a question's counts may be seen now by somebody who has (not) answered."""
    is_due = are_results_due(shown, state, has_answered=has_answered, revealed=revealed)
    return is_due and not are_results_resting(type_, state)


def are_results_resting(type_: QuestionType, state: PollState) -> bool:
    """Whether counts of this type wait, whatever was declared, until no answers are taken."""
    return state is PollState.OPEN and type_ in TELLING


def are_results_due(
    shown: ResultsShown, state: PollState, *, has_answered: bool, revealed: bool
) -> bool:
    """Whether the moment has come from which the author, or the moderator, shows the counts."""
    if state is PollState.CLOSED or shown is ResultsShown.LIVE:
        return True
    if shown is ResultsShown.MODERATOR:
        return revealed
    return shown is ResultsShown.AFTER_VOTE and has_answered


def receipt_of(secret: str, voter: str, rows: Iterable[tuple[int, int, Iterable[int]]]) -> str:
    """What proves that these (question, revision, choices) of this voter were stored.

    Choices are as a ballot keeps them: of some answers the order is a part.
    """
    lines = [f"{q}|{voter}|{rev}|{list(chosen)}" for q, rev, chosen in sorted(rows, key=_first)]
    return keyed(keyed(secret, "receipt"), *lines)[:RECEIPT_LENGTH]


def participation_receipt(secret: str, voter: str) -> str:
    """What proves that this voter took part in a secret poll; of the answers it says nothing."""
    return keyed(keyed(secret, "receipt"), "took part", voter)[:RECEIPT_LENGTH]


def _first(row: tuple[int, int, Iterable[int]]) -> int:
    return row[0]


def _for_the_house(viewer: Viewer) -> bool:
    return viewer.institution_id is None or Role.ADMINISTRATOR in viewer.roles


def hint_of(poll_id: int) -> str:
    """The name under which changes of this poll are announced."""
    return f"poll:{poll_id}"


def seen_token(app_secret: str, code: str) -> str:
    """What a page of somebody who answered shows to the live stream of that poll."""
    return keyed(app_secret, "seen", code)[:RECEIPT_LENGTH]


def is_seen_token(app_secret: str, code: str, token: str) -> bool:
    """Whether the token was given out for this poll."""
    return same(token, seen_token(app_secret, code))
