"""What pages, the live stream and rooms above read of polls."""

from hanmadang.polls.queries.audience import EventSitting, sittings_of_event
from hanmadang.polls.queries.desk import desk_polls
from hanmadang.polls.queries.lists import PollCard, closed_polls, find_by_code, open_polls
from hanmadang.polls.queries.live import Snapshot, snapshot
from hanmadang.polls.queries.mine import Mine, OpenPoll, answers_of, open_poll
from hanmadang.polls.queries.pages import PollPage, poll_page
from hanmadang.polls.queries.questions import OptionPage, QuestionPage
from hanmadang.polls.queries.release import (
    ReleasedRow,
    ReleasedTable,
    released_questions,
    released_table,
)
from hanmadang.polls.queries.seals import Sealed, record, sealed
from hanmadang.polls.rules import is_seen_token

__all__ = [
    "EventSitting",
    "Mine",
    "OpenPoll",
    "OptionPage",
    "PollCard",
    "PollPage",
    "QuestionPage",
    "ReleasedRow",
    "ReleasedTable",
    "Sealed",
    "Snapshot",
    "answers_of",
    "closed_polls",
    "desk_polls",
    "find_by_code",
    "is_seen_token",
    "open_poll",
    "open_polls",
    "poll_page",
    "record",
    "released_questions",
    "released_table",
    "sealed",
    "sittings_of_event",
    "snapshot",
]
