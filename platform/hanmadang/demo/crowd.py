"""A large closed poll with invented people, always the same ones, who tell coarse groups."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hanmadang.demo import people, sample
from hanmadang.kernel import clock
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain import (
    BallotSet,
    OptionDraft,
    PollDraft,
    QuestionDraft,
    cast_many,
    drafts,
    lifecycle,
    margins,
    profiles,
)
from hanmadang.polls.models import Poll, PollState, QuestionKind, QuestionType
from hanmadang.polls.models_profile import FirstRelease, StoredProfile
from hanmadang.polls.profiles import LEVELS, Attribute, attributes_of, cell_of
from hanmadang.polls.shapes import Settings

_BATCH = 400
_WHOLE = 100


def load(session: Session, actor: Viewer) -> None:
    """Write the poll, let everybody answer and tell, and close it; the job makes its tables."""
    content = sample.read("crowd.toml")
    draft = PollDraft(
        title=sample.text(content["title"]),
        questions=tuple(_question(each) for each in content["questions"]),
        intro=sample.text(content["intro"]),
        institution_id=people.institution_id(session, content["institution"]),
    )
    poll = drafts.create_poll(session, actor, draft, now=clock.now(), slug=content["slug"])
    asked = attributes_of(content["said"])
    profiles.ask_for(session, actor, poll.id, asked, FirstRelease.CLOSE)
    _weigh(session, actor, poll, content["population"])
    lifecycle.change_state(session, actor, poll.id, PollState.OPEN, now=clock.now())
    _answer(session, poll, content)
    lifecycle.change_state(session, actor, poll.id, PollState.CLOSED, now=clock.now())


def _question(table: Mapping[str, Any]) -> QuestionDraft:
    return QuestionDraft(
        QuestionKind.OPINION,
        sample.text(table["text"]),
        tuple(OptionDraft(sample.text(each["label"])) for each in table.get("options", ())),
        QuestionType(table["type"]),
        settings=Settings.of(table.get("settings", {})),
    )


def _weigh(session: Session, actor: Viewer, poll: Poll, table: Mapping[str, Any]) -> None:
    name, source = sample.text(table["name"]), sample.text(table["source"])
    draft = margins.MarginDraft(name, source, table["margins"], poll.institution_id)
    made = margins.write_down(session, actor, draft, now=clock.now())
    margins.choose(session, actor, poll.id, made)


def _answer(session: Session, poll: Poll, content: Mapping[str, Any]) -> None:
    chance = random.Random(content["seed"])  # noqa: S311 (sample people, not secrets)
    ballots, told = [], []
    for _ in range(content["people"]):
        voter, profile = new_key(), _profile(chance, content)
        answers = {
            question.id: [question.options[_choice(chance, table, profile)].id]
            for question, table in zip(poll.questions, content["questions"], strict=True)
        }
        ballots.append(BallotSet(poll.id, voter, new_key(), answers))
        if profile:
            told.append({"poll_id": poll.id, "voter_key": voter, "cell": cell_of(profile)})
    for start in range(0, len(ballots), _BATCH):
        cast_many(session, ballots[start : start + _BATCH])
    session.execute(insert(StoredProfile), told)


def _profile(chance: random.Random, content: Mapping[str, Any]) -> dict[Attribute, str]:
    if chance.randrange(_WHOLE) >= content["tells"]:
        return {}
    return {
        Attribute(name): chance.choices(list(levels), list(levels.values()))[0]
        for name, levels in content["said"].items()
        if chance.randrange(_WHOLE) >= content["keeps"]
    }


def _choice(
    chance: random.Random, table: Mapping[str, Sequence[int]], profile: Mapping[Attribute, str]
) -> int:
    """Answers lean with the age band; those who keep it answer as the middle one does."""
    ages = LEVELS[Attribute.AGE].said
    steps = ages.index(profile.get(Attribute.AGE, ages[3])) - 3
    weights = [
        max(1, share + step * steps)
        for share, step in zip(table["shares"], table["older"], strict=True)
    ]
    return chance.choices(range(len(weights)), weights)[0]
