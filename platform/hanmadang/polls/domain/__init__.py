"""The verbs of polls."""

from hanmadang.polls.domain.casting import (
    Accepted,
    BallotSet,
    Refused,
    Result,
    cast_many,
)
from hanmadang.polls.domain.drafts import create_poll, draft_of, duplicate_poll, edit_poll
from hanmadang.polls.domain.evidence import (
    Evidence,
    InterestEvidence,
    KnowledgeEvidence,
    StanceChoice,
)
from hanmadang.polls.domain.keys import KeyMissingError
from hanmadang.polls.domain.lifecycle import change_state
from hanmadang.polls.domain.revealing import reveal
from hanmadang.polls.domain.samples import cast_sample
from hanmadang.polls.domain.usable import UnusableDraftError
from hanmadang.polls.domain.written import OptionDraft, PollDraft, QuestionDraft
from hanmadang.polls.shapes import Refusal

__all__ = [
    "Accepted",
    "BallotSet",
    "Evidence",
    "InterestEvidence",
    "KeyMissingError",
    "KnowledgeEvidence",
    "OptionDraft",
    "PollDraft",
    "QuestionDraft",
    "Refusal",
    "Refused",
    "Result",
    "StanceChoice",
    "UnusableDraftError",
    "cast_many",
    "cast_sample",
    "change_state",
    "create_poll",
    "draft_of",
    "duplicate_poll",
    "edit_poll",
    "reveal",
]
