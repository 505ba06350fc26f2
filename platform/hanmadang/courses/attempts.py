"""When a quiz may be taken again, and until when: the policy of a quiz as pure functions."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from hanmadang.courses.reading import Table, read_quiz
from hanmadang.courses.specs import PRACTICE, QuizSpec

GRACE = timedelta(seconds=10)
"""What arrives so shortly after the deadline was sent before it."""


def policy_of(stored: Mapping[str, Any]) -> QuizSpec:
    """A unit's quiz policy from its column."""
    return _policy(json.dumps(stored, sort_keys=True)) if stored else PRACTICE


@lru_cache(maxsize=512)
def _policy(stored: str) -> QuizSpec:
    return read_quiz(Table(json.loads(stored)))


def counts(quiz: QuizSpec) -> bool:
    """Whether the quiz is taken in attempts; else it is a practice without limits."""
    return quiz != PRACTICE


def asked(quiz: QuizSpec, pool: int) -> int:
    """How many questions one attempt asks."""
    return pool if quiz.draw is None else min(quiz.draw, pool)


def wanted(quiz: QuizSpec, pool: int) -> int:
    """How many right answers the certificate asks for."""
    share = 1.0 if quiz.pass_share is None else quiz.pass_share
    return math.ceil(round(asked(quiz, pool) * share, 6))


@dataclass(frozen=True, slots=True)
class Allowed:
    """What staff allow one person beyond the policy."""

    factor: float = 1.0
    extra_attempts: int = 0


USUAL = Allowed()


def deadline(quiz: QuizSpec, allowed: Allowed, started_at: datetime) -> datetime | None:
    """The end of an attempt begun then; None where time is not limited."""
    if quiz.time_limit_minutes is None:
        return None
    return started_at + timedelta(minutes=quiz.time_limit_minutes) * allowed.factor


def is_over(ends: datetime | None, now: datetime) -> bool:
    """Whether nothing that arrives now can have been sent in time."""
    return ends is not None and now > ends + GRACE


def left(quiz: QuizSpec, allowed: Allowed, used: int) -> int | None:
    """How many attempts are left; None for as many as one likes."""
    if quiz.attempts is None:
        return None
    return max(0, quiz.attempts + allowed.extra_attempts - used)


def opens_at(quiz: QuizSpec, last_submitted: datetime | None) -> datetime | None:
    """When the next attempt may begin; None for at once."""
    if last_submitted is None or not quiz.cooldown_minutes:
        return None
    return last_submitted + timedelta(minutes=quiz.cooldown_minutes)
