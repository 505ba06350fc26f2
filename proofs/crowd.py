"""A city that learns: lessons on many competencies, and thousands of people with their evidence."""

import random
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice, pairwise
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from hanmadang.courses.specs import Teaching
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.models import Evidence, StoredPlan
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.vocabulary import Competency, CompetencyNeed, Topic
from hanmadang.people import consents
from hanmadang.people.models import Account, Consent, ConsentKind
from tests.factories import courses
from tests.factories.curricula import add_words

TOPICS, PER_TOPIC = 8, 5
_BATCH = 5_000


def open_shelf(session: Session, lessons: int) -> None:
    """So many lessons; each competency but the first of its topic needs the one before."""
    add_words(session)
    codes = [f"t{topic}-{place}" for topic in range(TOPICS) for place in range(PER_TOPIC)]
    for place in range(TOPICS):
        session.add(Topic(code=f"t{place}", position=place + 100, name=_both(f"t{place}")))
    session.flush()
    for code in codes:
        session.add(Competency(code=code, topic_code=code.split("-")[0], name=_both(code)))
    session.flush()
    for before, code in pairwise(codes):
        if before.split("-")[0] == code.split("-")[0]:
            session.add(CompetencyNeed(competency_code=code, needs_code=before))
    session.flush()
    units = [
        courses.unit(
            f"u{place}", topics=(codes[place % len(codes)].split("-")[0],),
            teaches=(Teaching(codes[place % len(codes)], 0.6),),
            minutes_ko=5 + place % 11, minutes_en=5 + place % 11,
        )
        for place in range(lessons)
    ]  # fmt: skip
    courses.publish(session, courses.course(*units))


def settle(
    session: Session, chance: random.Random, number: int, *, poll_id: int, now: datetime
) -> range:
    """People who agreed, brought evidence from the poll, and whose stored path is an old one."""
    start = (session.scalar(select(func.max(Account.id))) or 0) + 1_000
    people = range(start, start + number)
    _insert(session, Account, (_account(id_, now) for id_ in people))
    version = consents.CURRENT[ConsentKind.PATH].version
    consent = {"kind": ConsentKind.PATH.value, "version": version, "granted_at": now,
               "guardian": False}  # fmt: skip
    _insert(session, Consent, ({"account_id": id_, **consent} for id_ in people))
    _insert(session, Evidence, _evidence(chance, people, poll_id, version, now.date()))
    old = {"language": "ko", "created_at": now, "engine_version": "0", "inputs_hash": "old",
           "steps": [], "omitted": []}  # fmt: skip
    _insert(session, StoredPlan, ({"account_id": id_, **old} for id_ in people))
    return people


def _evidence(
    chance: random.Random, people: range, poll_id: int, version: str, day: date
) -> Iterator[dict[str, Any]]:
    common = {
        "source_kind": Source.POLL.value, "source_ref": str(poll_id), "source_label": _both("poll"),
        "consent_version": version, "created_on": day,
    }  # fmt: skip
    for id_ in people:
        topics = chance.sample(range(TOPICS), 3)
        for topic in topics[:2]:
            code = f"t{topic}-{chance.randrange(PER_TOPIC)}"
            yield {
                "account_id": id_, "kind": "knowledge", "competency_code": code,
                "topic_code": None, "right": chance.randint(0, 1), "of": 1, **common,
            }  # fmt: skip
        yield {"account_id": id_, "kind": "interest", "competency_code": None,
               "topic_code": f"t{topics[2]}", "right": 0, "of": 0, **common}  # fmt: skip


def _account(id_: int, now: datetime) -> dict[str, Any]:
    address = f"learner{id_}@example.org"
    return {
        "id": id_, "email": address, "login": address, "password_hash": "unusable",
        "name": f"Learner {id_}", "locale": "ko", "verified_at": now, "created_at": now,
    }  # fmt: skip


def _insert(session: Session, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, _BATCH)):
        session.execute(insert(model), batch)


def _both(word: str) -> Bilingual:
    return Bilingual.of(ko=f"{word} 주제", en=f"Name of {word}")
