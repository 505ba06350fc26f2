"""Sample polls of every kind, through the room's own verbs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.demo import people, sample, statements, typed
from hanmadang.kernel import clock, pictures, pointers
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain import (
    OptionDraft,
    PollDraft,
    QuestionDraft,
    drafts,
    lifecycle,
    outcomes,
    samples,
    stage,
)
from hanmadang.polls.domain.stage import Tap
from hanmadang.polls.models import Mode, Poll, PollState, QuestionKind, QuestionType, ResultsShown
from hanmadang.polls.models_outcomes import OutcomeState
from hanmadang.polls.shapes import Settings
from hanmadang.polls.staging import Act


def load(session: Session, actor: Viewer) -> None:
    """Write them, open them, and close those whose answers are invented."""
    for table in sample.read("polls.toml")["polls"]:
        draft = _draft(session, table)
        poll = drafts.create_poll(session, actor, draft, now=clock.now(), slug=table["slug"])
        if table.get("led"):
            stage.perform(session, actor, poll.id, Tap(Act.LEAD), seen=0, now=clock.now())
        if table["state"] != PollState.DRAFT:
            lifecycle.change_state(session, actor, poll.id, PollState.OPEN, now=clock.now())
        typed.load(session, actor, poll, table)
        if table["state"] == PollState.CLOSED:
            _close_with_sample(session, actor, poll, table)
        if "camps" in table:
            statements.load(session, actor, poll, table)


def _draft(session: Session, table: Mapping[str, Any]) -> PollDraft:
    return PollDraft(
        title=sample.text(table["title"]),
        questions=tuple(_question(session, each) for each in table["questions"]),
        intro=_intro(table),
        institution_id=people.institution_id(session, table["institution"]),
        mode=Mode(table.get("mode", Mode.EDITABLE.value)),
        quiz=table.get("quiz", False),
    )


def _intro(table: Mapping[str, Any]) -> Bilingual:
    """Where figures are invented the introduction ends by saying so."""
    intro, note = sample.text(table.get("intro")), sample.text(table.get("sample", {}).get("note"))
    texts = {lang: f"{intro.get(lang)} {note.get(lang)}".strip() for lang in LANGUAGES}
    return Bilingual.of(**texts)


def _question(session: Session, table: Mapping[str, Any]) -> QuestionDraft:
    return QuestionDraft(
        kind=QuestionKind(table["kind"]),
        text=sample.text(table["text"]),
        options=tuple(_option(session, each) for each in table.get("options", ())),
        type=QuestionType(table["type"]),
        max_choices=table.get("max", 1),
        min_choices=table.get("min", 1),
        settings=Settings.of(table.get("settings", {})),
        results_shown=ResultsShown(table.get("shown", ResultsShown.LIVE.value)),
        explanation=sample.text(table.get("explanation")),
        competency_code=table.get("competency"),
    )


def _option(session: Session, table: Mapping[str, Any]) -> OptionDraft:
    drawn = table.get("picture")
    return OptionDraft(
        sample.text(table["label"]),
        table.get("correct", False),
        table.get("topic"),
        table.get("about_person", False),
        pictures.keep(session, pictures.draw(sample.drawing(drawn))) if drawn else None,
    )


def _close_with_sample(
    session: Session, actor: Viewer, poll: Poll, table: Mapping[str, Any]
) -> None:
    """Invented answers through real ballots; the poll's introduction says that they are."""
    given = table["sample"]
    answers = {
        question.id: given["answers"][content["slug"]]
        for question, content in zip(poll.questions, table["questions"], strict=True)
    }
    samples.cast_sample(session, poll, answers, given["respondents"])
    lifecycle.change_state(session, actor, poll.id, PollState.CLOSED, now=clock.now())
    for each in table.get("outcomes", ()):
        draft = outcomes.OutcomeDraft(
            OutcomeState(each["state"]),
            sample.day(each["day"]),
            sample.text(each["text"]),
            sample.text(each.get("reason")),
            pointers.find(session, each.get("link", "")),
        )
        outcomes.publish_outcome(session, actor, poll.id, draft, now=clock.now())
    if "expects" in table:
        outcomes.expect(session, actor, poll.id, sample.day(table["expects"]))
