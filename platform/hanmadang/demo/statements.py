"""Sample votes on statements, and suggestions, through the room's own verbs."""

import random
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain import samples, statements, statements_desk
from hanmadang.polls.models import Poll
from hanmadang.polls.rules_statements import suggester_of
from hanmadang.polls.shapes import Stance

_SEED = 20_261_122
_PASS = 8
_PERCENT = 100
_WAITING = (
    "청소년이 직접 교육 주제를 정할 수 있으면 좋겠다.",
    "Foreign residents should be invited to these courses as well.",
)
_ACCEPTED = Bilingual.of(
    ko="온라인 강좌보다 동네에서 만나는 강좌가 더 낫다.",
    en="Courses in the neighbourhood are better than courses online.",
)


def load(session: Session, actor: Viewer, poll: Poll, table: dict[str, Any]) -> None:
    """Invented votes of two leanings; the poll's introduction says that they are."""
    agreed = [option["agreed"] for option in table["questions"][0]["options"]]
    rng = random.Random(_SEED)  # noqa: S311  (invented votes, the same each time)
    rows = [_row(rng, agreed, table["camps"]) for _ in range(table["camps"]["people"])]
    samples.cast_votes(session, poll, rows)
    for text in _WAITING:
        _suggest(session, poll, text)
    accepted = _suggest(session, poll, _ACCEPTED.get("ko"))
    statements_desk.accept(session, actor, poll.id, accepted, _ACCEPTED)


def _row(
    rng: random.Random, agreed: list[tuple[int, int]], camps: dict[str, int]
) -> dict[int, Stance]:
    camp = int(rng.randrange(_PERCENT) >= camps["first"])
    most = min(len(agreed), camps["votes"] + rng.randrange(6))
    return {
        place: _stance(rng, agreed[place][camp]) for place in rng.sample(range(len(agreed)), most)
    }


def _stance(rng: random.Random, agreed: int) -> Stance:
    if rng.randrange(_PERCENT) < _PASS:
        return Stance.PASS
    return Stance.AGREE if rng.randrange(_PERCENT) < agreed else Stance.DISAGREE


def _suggest(session: Session, poll: Poll, text: str) -> int:
    person = suggester_of(poll.secret, new_key())
    return statements.suggest(session, poll.id, person, text, page="ko", key=new_key()).id
