"""A stance never becomes evidence: not by type, not by any answer somebody could give."""

import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mypy import api
from sqlalchemy.exc import IntegrityError

from hanmadang.polls.domain import (
    Evidence,
    InterestEvidence,
    KnowledgeEvidence,
    QuestionDraft,
    StanceChoice,
    UnusableDraftError,
)
from hanmadang.polls.domain.evidence import (
    AskedOption,
    InterestAnswer,
    KnowledgeAnswer,
    derive,
    evidence_only,
    sort_answer,
)
from hanmadang.polls.models import Question, QuestionKind
from tests.factories.polls import LIKERT, MINUTES, POINTS, RANKED, make_poll

Opener = Callable[[], Any]

RIGHT, WRONG, OTHER = (
    AskedOption(1, correct=True),
    AskedOption(2),
    AskedOption(3, topic_code="history"),
)
OPTIONS = (RIGHT, WRONG, OTHER)
CHOICES = st.frozensets(st.sampled_from([1, 2, 3]))
KNOWN = st.sampled_from(["armistice-contents", None])


def test_a_right_answer_is_evidence_of_knowing() -> None:
    answer = KnowledgeAnswer(7, "armistice-contents", frozenset([1]), frozenset([1]))
    assert derive([answer]) == (KnowledgeEvidence(7, "armistice-contents", True, 1, 1),)


def test_half_of_the_right_options_is_counted_and_not_correct() -> None:
    answer = KnowledgeAnswer(7, "c", frozenset([1, 4]), frozenset([1, 2]))
    assert derive([answer]) == (KnowledgeEvidence(7, "c", correct=False, right=1, of=2),)


def test_topics_are_evidence_of_interest() -> None:
    answer = InterestAnswer(8, frozenset(["history", "culture"]))
    assert derive([answer]) == (InterestEvidence(8, ("culture", "history")),)


def test_an_unanswered_question_gives_nothing() -> None:
    nothing: list[KnowledgeAnswer | InterestAnswer] = [
        KnowledgeAnswer(7, "c", frozenset(), frozenset([1])),
        InterestAnswer(8, frozenset()),
    ]
    assert derive(nothing) == ()


@given(CHOICES, KNOWN)
def test_no_opinion_ever_becomes_evidence(chosen: frozenset[int], code: str | None) -> None:
    answer = sort_answer(QuestionKind.OPINION, 9, code, OPTIONS, chosen)
    assert answer == StanceChoice(9, chosen)
    assert evidence_only([answer]) == []


@given(st.sampled_from(QuestionKind), CHOICES, KNOWN)
def test_evidence_names_competencies_and_topics_but_no_option(
    kind: QuestionKind, chosen: frozenset[int], code: str | None
) -> None:
    for evidence in derive(evidence_only([sort_answer(kind, 9, code, OPTIONS, chosen)])):
        if isinstance(evidence, KnowledgeEvidence):
            assert evidence.competency_code == "armistice-contents"
        else:
            assert set(evidence.topic_codes) <= {"history"}


def test_no_type_of_evidence_can_hold_a_stance() -> None:
    kinds = typing.get_args(Evidence)
    assert StanceChoice not in kinds
    held = {field.name for kind in kinds if is_dataclass(kind) for field in fields(kind)}
    assert held == {"question_id", "competency_code", "correct", "right", "of", "topic_codes"}
    accepted = str(typing.get_type_hints(derive)["answers"])
    assert "StanceChoice" not in accepted


@pytest.mark.slow
def test_the_type_checker_refuses_to_derive_from_a_stance(tmp_path: Path, root: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from hanmadang.polls.domain.evidence import StanceChoice, derive\n"
        "derive([StanceChoice(1, frozenset())])\n"
    )
    said, errors, status = api.run([f"--config-file={root / 'pyproject.toml'}", str(program)])
    assert (status, errors) == (1, "")
    assert 'incompatible type "StanceChoice"' in said


@pytest.mark.parametrize("draft", [LIKERT, MINUTES, RANKED, POINTS])
@pytest.mark.parametrize("kind", [QuestionKind.KNOWLEDGE, QuestionKind.INTEREST])
def test_only_chosen_options_can_be_evidence(
    write: Opener, draft: QuestionDraft, kind: QuestionKind
) -> None:
    with pytest.raises(UnusableDraftError), write() as session:
        make_poll(session, replace(draft, kind=kind))
    with write() as session:
        question_id = make_poll(session, draft).questions[0].id
    with write() as session:
        session.get_one(Question, question_id).kind = kind.value
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
