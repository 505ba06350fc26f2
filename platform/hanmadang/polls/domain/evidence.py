"""What an answer may say about a learner, and the wall that keeps stances out.

Answers are sorted once into three types. `derive` accepts two of them; a `StanceChoice` does
not fit its signature, so no later mistake can turn an opinion into evidence without the type
checker, and then the sort itself, refusing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hanmadang.polls.models import QuestionKind


@dataclass(frozen=True, slots=True)
class KnowledgeAnswer:
    """An answer to a question that has a right one."""

    question_id: int
    competency_code: str
    chosen: frozenset[int]
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class InterestAnswer:
    """The topics somebody asked for."""

    question_id: int
    topic_codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class StanceChoice:
    """An opinion. It knows no competency and no topic, and nothing derives from it."""

    question_id: int
    chosen: frozenset[int]


@dataclass(frozen=True, slots=True)
class KnowledgeEvidence:
    """One knowledge question answered."""

    question_id: int
    competency_code: str
    correct: bool
    """Every right option chosen and no wrong one."""
    right: int
    """Right options chosen, out of `of`."""
    of: int


@dataclass(frozen=True, slots=True)
class InterestEvidence:
    """Topics chosen, in alphabetical order."""

    question_id: int
    topic_codes: tuple[str, ...]


Evidence = KnowledgeEvidence | InterestEvidence
"""What curricula may receive, and only by the person's own act."""


@dataclass(frozen=True, slots=True)
class AskedOption:
    """What sorting needs to know of an option."""

    id: int
    correct: bool = False
    topic_code: str | None = None


def sort_answer(
    kind: QuestionKind,
    question_id: int,
    competency_code: str | None,
    options: Iterable[AskedOption],
    chosen: frozenset[int],
) -> KnowledgeAnswer | InterestAnswer | StanceChoice:
    """The answer in the type of its question's kind. An unknown kind counts as a stance."""
    if kind is QuestionKind.KNOWLEDGE and competency_code:
        right = frozenset(option.id for option in options if option.correct)
        return KnowledgeAnswer(question_id, competency_code, chosen, right)
    if kind is QuestionKind.INTEREST:
        topics = {o.topic_code for o in options if o.id in chosen and o.topic_code}
        return InterestAnswer(question_id, frozenset(topics))
    return StanceChoice(question_id, chosen)


def derive(answers: Iterable[KnowledgeAnswer | InterestAnswer]) -> tuple[Evidence, ...]:
    """The evidence in some answers; an answer that says nothing gives none."""
    return tuple(
        _of_knowledge(answer) if isinstance(answer, KnowledgeAnswer) else _of_interest(answer)
        for answer in answers
        if (answer.chosen if isinstance(answer, KnowledgeAnswer) else answer.topic_codes)
    )


def evidence_only(
    answers: Iterable[KnowledgeAnswer | InterestAnswer | StanceChoice],
) -> list[KnowledgeAnswer | InterestAnswer]:
    """The answers that may become evidence: everything but stances."""
    return [answer for answer in answers if not isinstance(answer, StanceChoice)]


def _of_knowledge(answer: KnowledgeAnswer) -> KnowledgeEvidence:
    return KnowledgeEvidence(
        answer.question_id,
        answer.competency_code,
        correct=answer.chosen == answer.right,
        right=len(answer.chosen & answer.right),
        of=len(answer.right),
    )


def _of_interest(answer: InterestAnswer) -> InterestEvidence:
    return InterestEvidence(answer.question_id, tuple(sorted(answer.topic_codes)))
