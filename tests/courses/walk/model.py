"""What must be so after each step, in plain sets: it shares no line with the product."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from tests.courses.walk.editions import SECONDS, VERSIONS, Edition, Lesson, Response, same_question

GRACE = timedelta(seconds=10)


@dataclass
class Try:
    """An attempt at a quiz that counts."""

    drawn: frozenset[str]
    started_at: datetime
    deadline: datetime | None
    saved: dict[str, bool] = field(default_factory=dict)
    """{question: whether the answer is right}."""
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Fact:
    """Something that a device tells, as the model reads it."""

    key: str
    kind: str
    unit: str
    version: int
    question: str = ""
    response: Response = ()


@dataclass
class Model:
    """One person in one course."""

    published: list[int] = field(default_factory=lambda: [1])
    """Numbers of versions, in the order in which they appeared."""
    taken: int = 0
    """The version the person takes; 0 before they begin."""
    done: set[str] = field(default_factory=set)
    answered: set[tuple[str, str]] = field(default_factory=set)
    right: set[tuple[str, str]] = field(default_factory=set)
    tries: dict[str, list[Try]] = field(default_factory=dict)
    factor: float = 1.0
    extra: int = 0
    heard: set[str] = field(default_factory=set)
    """Answers of devices that were counted, by their keys."""
    watched: set[int] = field(default_factory=set)
    reports: set[tuple[int, str]] = field(default_factory=set)
    thought: str = ""
    hints: dict[int, int] = field(default_factory=dict)
    """{version: hints told}."""
    numbers: int = 0
    """Certificates that were ever given."""
    standing: str = ""
    """State of the latest one."""

    @property
    def edition(self) -> Edition:
        """What the person takes."""
        return VERSIONS[self.taken]

    def begin(self) -> None:
        """Take the newest version; a second time changes nothing."""
        self.taken = self.taken or self.published[-1]

    def look(self) -> None:
        """Practices are done once all is answered; the certificate follows from everything."""
        for unit, lesson in self.edition.items():
            asked = {(unit, slug) for slug in lesson.right}
            if asked and not lesson.counts and asked <= self.answered:
                self.done.add(unit)
        if not self.standing and all(self._known(*each) for each in self.edition.items()):
            self.numbers, self.standing = 1, "issued"

    def _known(self, unit: str, lesson: Lesson) -> bool:
        right = sum(1 for slug in lesson.right if (unit, slug) in self.right)
        return unit in self.done and right >= lesson.wanted

    def complete(self, unit: str) -> bool:
        """Say "I have read this"; False where it is refused."""
        lesson = self.edition[unit]
        asked = {(unit, slug) for slug in lesson.right}
        if unit not in self.done and (lesson.counts or not asked <= self.answered):
            return False
        self.done.add(unit)
        self.look()
        return True

    def answer(self, unit: str, given: Mapping[str, Response]) -> bool:
        """Answer in a practice; False where it is refused."""
        lesson = self.edition[unit]
        if lesson.counts:
            return False
        self._count(unit, {slug: lesson.right[slug] == given[slug] for slug in given})
        self.look()
        return True

    def _count(self, unit: str, marks: Mapping[str, bool]) -> None:
        self.answered |= {(unit, slug) for slug in marks}
        self.right |= {(unit, slug) for slug, right in marks.items() if right}

    def tell(self, facts: Iterable[Fact]) -> None:
        """A device tells; each answer counts once, and only to a question that reads the same."""
        self.begin()
        for fact in facts:
            lesson = self.edition.get(fact.unit)
            if lesson is None:
                continue
            if fact.kind == "completed" and not lesson.right:
                self.done.add(fact.unit)
            if fact.kind == "answered" and self._fits(fact, lesson) and fact.key not in self.heard:
                self.heard.add(fact.key)
                right = lesson.right[fact.question] == fact.response
                self._count(fact.unit, {fact.question: right})
        self.look()

    def _fits(self, fact: Fact, lesson: Lesson) -> bool:
        right = lesson.right.get(fact.question)
        if lesson.counts or right is None or (len(fact.response) > 1 and len(right) < 2):
            return False
        if fact.version == self.taken:
            return True
        if fact.version not in self.published:
            return False
        then = VERSIONS[fact.version].get(fact.unit, Lesson())
        return same_question(then, lesson, fact.question)

    def review(self, unit: str, question: str, response: Response) -> None:
        """A question that was learned is asked again, whatever its quiz."""
        self._count(unit, {question: self.edition[unit].right[question] == response})
        self.look()

    def watch(self, spans: Iterable[tuple[int, int]], key: str) -> None:
        """Seconds played, each report once in a version."""
        if (self.taken, key) in self.reports:
            return
        self.reports.add((self.taken, key))
        for first, last in spans:
            self.watched |= set(range(max(0, first), min(SECONDS, last)))

    def hint(self, most: int) -> int:
        """One more is told, until the last."""
        self.hints[self.taken] = min(most, self.hints.get(self.taken, 0) + 1)
        return self.hints[self.taken]

    def missing(self) -> str:
        """The first unit that the certificate still asks for; empty where none is."""
        units = (unit for unit, lesson in self.edition.items() if not self._known(unit, lesson))
        return next(units, "")

    def may_start(self, unit: str, now: datetime) -> bool:
        """Whether one more attempt can begin; what is overdue would be settled first."""
        lesson, tries = self.edition[unit], self.tries.get(unit, [])
        most = lesson.quiz.attempts
        if not lesson.counts or (most is not None and len(tries) >= most + self.extra):
            return False
        if not tries:
            return True
        ended = tries[-1].ended_at
        if ended is None and self.is_over(tries[-1], now):
            ended = tries[-1].deadline
        return ended is not None and now >= ended + timedelta(minutes=lesson.quiz.cooldown_minutes)

    def start(self, unit: str, drawn: Sequence[str], now: datetime) -> Try:
        """Begin an attempt with the questions that were drawn; what is overdue is settled."""
        self.close(unit, now)
        begun = Try(frozenset(drawn), now, self._ends(unit, now))
        self.tries.setdefault(unit, []).append(begun)
        return begun

    def _ends(self, unit: str, started: datetime) -> datetime | None:
        limit = self.edition[unit].quiz.time_limit_minutes
        return started + timedelta(minutes=limit * self.factor) if limit else None

    def open_try(self, unit: str) -> Try | None:
        """The attempt under way."""
        tries = self.tries.get(unit, [])
        return tries[-1] if tries and tries[-1].ended_at is None else None

    @staticmethod
    def is_over(attempt: Try, now: datetime) -> bool:
        """Whether its time is over, the network's grace included."""
        return attempt.deadline is not None and now > attempt.deadline + GRACE

    def save(self, unit: str, given: Mapping[str, Response], now: datetime) -> bool:
        """Keep answers to the attempt under way; False where it is refused."""
        attempt = self.open_try(unit)
        if attempt is None or self.is_over(attempt, now):
            return False
        right = self.edition[unit].right
        attempt.saved |= {slug: right[slug] == each for slug, each in given.items()}
        return True

    def settle(self, now: datetime) -> None:
        """Whoever looks hands in what is overdue."""
        for unit in self.edition:
            attempt = self.open_try(unit)
            if attempt is not None and self.is_over(attempt, now):
                self.close(unit, now)

    def close(self, unit: str, now: datetime) -> None:
        """Hand in what is under way with what was saved."""
        attempt, quiz = self.open_try(unit), self.edition[unit].quiz
        if attempt is None:
            return
        attempt.ended_at = min(now, attempt.deadline) if attempt.deadline else now
        self._count(unit, attempt.saved)
        share = Fraction(sum(attempt.saved.values()), len(attempt.drawn))
        passed = share >= Fraction(str(quiz.pass_share)) if quiz.pass_share else (
            set(attempt.saved) == attempt.drawn
        )  # fmt: skip
        if passed:
            self.done.add(unit)
        self.look()

    def allow(self, factor: float, extra: int, now: datetime) -> None:
        """More time and more attempts; what is under way is extended at once."""
        self.factor, self.extra = factor, extra
        for unit in self.edition:
            attempt = self.open_try(unit)
            if attempt and attempt.deadline and not self.is_over(attempt, now):
                later = self._ends(unit, attempt.started_at)
                attempt.deadline = max(attempt.deadline, later or attempt.deadline)

    def switch(self, now: datetime) -> None:
        """Attempts are handed in; what exists in both versions is kept."""
        if self.taken == self.published[-1]:
            return
        for unit in self.edition:
            self.close(unit, now)
        self.taken, self.tries = self.published[-1], {}
        kept = {(unit, slug) for unit, each in self.edition.items() for slug in each.right}
        self.done &= set(self.edition)
        self.answered, self.right = self.answered & kept, self.right & kept
        self.look()
