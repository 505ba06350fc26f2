"""Ready-made questions and whole polls: `bank.toml`, fitted to the vocabulary of this house."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import competencies, topics
from hanmadang.polls.domain.drafts import create_poll, draft_of, edit_poll
from hanmadang.polls.domain.stage import Tap, perform
from hanmadang.polls.domain.written import OptionDraft, PollDraft, QuestionDraft
from hanmadang.polls.models import Poll, QuestionKind, QuestionType, ResultsShown
from hanmadang.polls.scales import Scale
from hanmadang.polls.shapes import PLAIN, Settings
from hanmadang.polls.staging import Act

MOST_QUESTIONS = 12
"""Of one poll, as its form holds them."""
GROUPS = ("need", "why", "other", "lessons")
_FILE = Path(__file__).resolve().parent.parent / "bank.toml"
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One ready-made question."""

    slug: str
    group: str
    """Empty for one that belongs to templates only."""
    question: QuestionDraft
    note: Bilingual
    source: Bilingual
    """Who asks it, as that body writes its name in either language."""


@dataclass(frozen=True, slots=True)
class Template:
    """A whole poll to start from."""

    slug: str
    name: Bilingual
    use: Bilingual
    title: Bilingual
    intro: Bilingual
    led: bool
    quiz: bool
    items: tuple[str, ...]


@cache
def _content() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def items() -> Mapping[str, Item]:
    """Every item by its slug."""
    return {table["slug"]: _item(table) for table in _content()["items"]}


@cache
def templates() -> Mapping[str, Template]:
    """Every template by its slug."""
    return {table["slug"]: _template(table) for table in _content()["templates"]}


def bank() -> Sequence[Item]:
    """The items that are offered by themselves."""
    return [item for item in items().values() if item.group]


def start_from(
    session: Session, actor: Viewer, slug: str, *, now: datetime, institution_id: int | None
) -> Poll:
    """A new draft from a template. Raises NotFoundError."""
    template = templates().get(slug)
    if template is None:
        raise NotFoundError
    questions = tuple(filter(None, (_fitted(session, items()[name]) for name in template.items)))
    draft = PollDraft(template.title, questions, template.intro, institution_id, quiz=template.quiz)
    poll = create_poll(session, actor, draft, now=now)
    if template.led:
        perform(session, actor, poll.id, Tap(Act.LEAD), seen=0, now=now)
    return poll


def add_item(session: Session, actor: Viewer, poll: Poll, slug: str) -> None:
    """Add a ready-made question to a draft. Raises NotFoundError, NotAllowedNowError."""
    item = items().get(slug)
    question = _fitted(session, item) if item and item.group else None
    if question is None:
        raise NotFoundError
    draft = draft_of(session, poll.id)
    if len(draft.questions) >= MOST_QUESTIONS:
        raise NotAllowedNowError(
            text=lazy("A poll holds at most %(n)s questions.", n=MOST_QUESTIONS)
        )
    edit_poll(session, actor, poll, replace(draft, questions=(*draft.questions, question)))


def _fitted(session: Session, item: Item) -> QuestionDraft | None:
    """The question with words that this house knows; None where it has none for it."""
    question = item.question
    if question.kind is QuestionKind.INTEREST:
        named = tuple(OptionDraft(each.name, topic_code=each.code) for each in topics(session))
        most = min(question.max_choices, len(named))
        return replace(question, options=named, max_choices=most) if len(named) >= _FEWEST else None
    if question.kind is QuestionKind.KNOWLEDGE:
        code = _known(question.competency_code, [each.code for each in competencies(session)])
        return replace(question, competency_code=code) if code else None
    return question


def _known(code: str | None, codes: Collection[str]) -> str | None:
    return code if code in codes else next(iter(codes), None)


def _template(table: Mapping[str, Any]) -> Template:
    return Template(
        table["slug"],
        name=_text(table["name"]),
        use=_text(table["use"]),
        title=_text(table["title"]),
        intro=_text(table["intro"]),
        led=table.get("led", False),
        quiz=table.get("quiz", False) is True,
        items=tuple(table["items"]),
    )


def _item(table: Mapping[str, Any]) -> Item:
    return Item(
        table["slug"],
        "" if table.get("hidden") else table["group"],
        _question(table),
        _text(table.get("note")),
        _text(table.get("source")),
    )


def _question(table: Mapping[str, Any]) -> QuestionDraft:
    scale = Scale(table["scale"]) if "scale" in table else None
    return QuestionDraft(
        kind=QuestionKind(table.get("kind", QuestionKind.OPINION.value)),
        text=_text(table["text"]),
        options=tuple(
            OptionDraft(_text(each), each.get("correct", False))
            for each in table.get("options", ())
        ),
        type=QuestionType.SCALE if scale else QuestionType(table["type"]),
        max_choices=table.get("max", 1),
        explanation=_text(table.get("explanation")),
        competency_code=table.get("competency"),
        results_shown=ResultsShown(table.get("shown", ResultsShown.LIVE.value)),
        min_choices=table.get("min", 1),
        settings=Settings(scale) if scale else PLAIN,
    )


def _text(table: Mapping[str, Any] | None) -> Bilingual:
    return Bilingual.of(ko=table["ko"], en=table["en"]) if table else Bilingual()
