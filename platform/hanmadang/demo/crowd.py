"""A large closed poll with invented people, always the same ones, who tell coarse groups."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hanmadang.demo import people, sample
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
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
    opened = clock.now() - timedelta(days=content["days"])
    poll = drafts.create_poll(session, actor, draft, now=opened, slug=content["slug"])
    asked = attributes_of(content["said"])
    profiles.ask_for(session, actor, poll.id, asked, FirstRelease.CLOSE)
    _weigh(session, actor, poll, content["population"])
    lifecycle.change_state(session, actor, poll.id, PollState.OPEN, now=opened)
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
    for minute, batch in sorted(_by_minute(ballots, content, poll.opened_at).items()):
        cast_many(session, batch, now=minute)
    session.execute(insert(StoredProfile), told)


def _by_minute(
    ballots: Sequence[BallotSet], content: Mapping[str, Any], opened: datetime | None
) -> dict[datetime, list[BallotSet]]:
    """Each ballot in an hour of a day, as people are awake; once a link goes round."""
    chance = random.Random(content["seed"])  # noqa: S311 (sample people, not secrets)
    start = opened or clock.now()
    hours = [start + timedelta(hours=n, minutes=20) for n in range(24 * content["days"] - 1)]
    awake = [content["awake"][each.astimezone(clock.zone(settings().zone)).hour] for each in hours]
    found: defaultdict[datetime, list[BallotSet]] = defaultdict(list)
    for place, each in enumerate(ballots):
        rushes = place < content["rush"]
        hour = hours[len(hours) // 2] if rushes else chance.choices(hours, awake)[0]
        found[hour + timedelta(minutes=0 if rushes else chance.randrange(1, 4))].append(each)
    return found


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
