"""Page objects made from a poll and one device's answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.polls.domain.evidence import (
    AskedOption,
    InterestAnswer,
    KnowledgeAnswer,
    evidence_only,
    sort_answer,
)
from hanmadang.polls.models import EVIDENT, QuestionKind, QuestionType, ResultsShown
from hanmadang.polls.queries import Mine, OptionPage, PollPage, QuestionPage
from hanmadang.polls.queries.figures import Figures
from hanmadang.polls.queries.words import MOST_LIVE, Entry
from hanmadang.polls.shapes import Answer, NumberShape, stances
from hanmadang.polls.texts_statements import STANCES
from hanmadang.polls.views.lines import Column, Line, columns_of, lines_of, pattern_of


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the `bars` macro."""

    id: int
    label: str
    count: int
    share: float | None
    mark: str
    """``answer`` for a right option, ``mine`` for this device's, else empty."""
    more: Figures
    """Further figures, as `QuestionBars.columns` names them."""
    option: OptionPage
    """Whose picture stands beside the label."""


@dataclass(frozen=True, slots=True)
class QuestionBars:
    """One question's figure; `rows` is None while its counts may not be seen."""

    question: QuestionPage
    rows: tuple[Bar, ...] | None
    lines: tuple[Line, ...] = ()
    """What is said beside the bars."""

    rests: bool = False
    """Whether they are hidden only because answers are being taken."""

    turns: bool = True
    """Whether a moderator may hide the rows while the page is open; never on the desk."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was typed, as many as a page holds."""
        return self.question.entries[:MOST_LIVE]

    @property
    def pattern(self) -> str | None:
        """How a bar's value reads, where it is points."""
        return pattern_of(self.question)

    @property
    def head(self) -> str | None:
        """What those values are called."""
        return _("Points") if self.pattern else None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The table's further columns."""
        return columns_of(self.question)


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of this device's answer."""

    label: Bilingual
    before: str = ""
    after: str = ""
    option: OptionPage | None = None
    """Where its picture may stand."""


@dataclass(frozen=True, slots=True)
class AnsweredCard:
    """One question on the thanks page."""

    question: QuestionPage
    chosen: tuple[Piece, ...]
    right: tuple[OptionPage, ...]
    """The right options of an answered knowledge question."""
    is_correct: bool | None
    """None where nothing is right or wrong, not told yet, or not answered."""


@dataclass(frozen=True, slots=True)
class Score:
    """How one device did in a quiz; made from its own ballots, for its own pages."""

    right: int
    of: int
    is_final: bool
    """Whether all knowledge questions are among them."""


def question_bars(page: PollPage, mine: Mine) -> list[QuestionBars]:
    """Every question's figure for somebody with these answers."""
    return [_bars(page, question, mine) for question in page.asked]


def _bars(page: PollPage, question: QuestionPage, mine: Mine) -> QuestionBars:
    rows = _rows(page, question, mine)
    rests = page.rests(question, has_answered=mine.has_answered)
    return QuestionBars(question, rows, () if rows is None else lines_of(question), rests)


def _rows(page: PollPage, question: QuestionPage, mine: Mine) -> tuple[Bar, ...] | None:
    if not page.shows(question, has_answered=mine.has_answered):
        return None
    chosen = set(question.shape.counted(mine.chosen.get(question.id, ())))
    tells = page.tells(question, has_answered=bool(chosen))
    return tuple(
        Bar(
            option.id,
            option.label.shown(current_locale()).text,
            bar.count,
            bar.share,
            "answer" if option.correct and tells else "mine" if option.id in chosen else "",
            bar.more,
            option,
        )
        for option, bar in question.measured()
    )


def bars_for_desk(page: PollPage) -> list[QuestionBars]:
    """The figures a moderator sees: counts at any time, right options marked.

    While a secret poll runs there is nothing to see, for moderators either.
    """
    if page.is_sealed:
        return [QuestionBars(question, None) for question in page.questions]
    return [
        QuestionBars(question, _rows_for_desk(question), lines_of(question), turns=False)
        for question in page.questions
    ]


def _rows_for_desk(question: QuestionPage) -> tuple[Bar, ...]:
    language = current_locale()
    return tuple(
        Bar(
            option.id,
            option.label.shown(language).text,
            bar.count,
            bar.share,
            "answer" if option.correct else "",
            bar.more,
            option,
        )
        for option, bar in question.measured()
    )


def answered_cards(page: PollPage, mine: Mine) -> list[AnsweredCard]:
    """Every question with this device's answer."""
    return [
        _typed_card(question, mine.texts.get(question.id, ()))
        if question.is_typed
        else _card(page, question, mine.chosen.get(question.id))
        for question in page.asked
    ]


def _typed_card(question: QuestionPage, texts: Sequence[str]) -> AnsweredCard:
    pieces = (Piece(Bilingual.of(ko=text, en=text)) for text in texts)
    return AnsweredCard(question, tuple(pieces), (), None)


def told_card(page: PollPage, mine: Mine) -> AnsweredCard | None:
    """The question that is on, once the moderator of a quiz has shown its answer."""
    question = page.current
    if not (page.quiz and page.is_led and question.id in page.stage.gate.told):
        return None
    return _card(page, question, mine.chosen.get(question.id))


def score_of(page: PollPage, mine: Mine) -> Score | None:
    """This device's own score, of what it may know by now; None before that and outside quizzes."""
    if not page.quiz or page.is_closed or not mine.has_answered:
        return None
    cards = [card for card in answered_cards(page, mine) if _scores(card.question)]
    known = [card for card in cards if card.right]
    if not known:
        return None
    waits = [each for each in cards if each.question.shown is ResultsShown.MODERATOR]
    told = [card for card in cards if card.right or card not in waits]
    all_ = sum(_scores(question) for question in page.questions)
    return Score(sum(bool(card.is_correct) for card in known), len(told), len(told) == all_)


def _scores(question: QuestionPage) -> bool:
    return question.kind is QuestionKind.KNOWLEDGE


def _card(page: PollPage, question: QuestionPage, answer: Answer | None) -> AnsweredCard:
    tells = page.tells(question, has_answered=bool(answer))
    right = tuple(option for option in question.options if option.correct and tells)
    if not answer:
        return AnsweredCard(question, (), right, None)
    chosen = set(question.shape.counted(answer))
    mine = tuple(option for option in question.options if option.id in chosen)
    pieces = _pieces(question, answer, mine)
    return AnsweredCard(question, pieces, right, mine == right if tells else None)


def _pieces(
    question: QuestionPage, answer: Answer, mine: Sequence[OptionPage]
) -> tuple[Piece, ...]:
    if isinstance(question.shape, NumberShape):
        return (Piece(question.shape.range.label(answer[0])),)
    labels = {option.id: option.label for option in mine}
    if question.type is QuestionType.RANKING:
        return tuple(Piece(labels[id_], f"{rank}. ") for rank, id_ in enumerate(answer, 1))
    if question.is_statements:
        said = stances(answer)
        return tuple(Piece(label, f"{STANCES[said[id_]]}: ") for id_, label in labels.items())
    if question.type is QuestionType.POINTS:
        given = Counter(answer)
        return tuple(Piece(label, after=f": {given[id_]}") for id_, label in labels.items())
    return tuple(Piece(option.label, option=option) for option in mine)


def answers_for_path(page: PollPage, mine: Mine) -> list[KnowledgeAnswer | InterestAnswer]:
    """This device's answers that may become evidence; stances are not among them."""
    return evidence_only(
        sort_answer(
            question.kind,
            question.id,
            question.competency_code,
            [AskedOption(o.id, o.correct, o.topic_code) for o in question.options],
            frozenset(mine.chosen[question.id]),
        )
        for question in page.questions
        if question.id in mine.chosen
        and question.type in EVIDENT
        and (not page.quiz or not _scores(question) or page.tells(question, has_answered=True))
    )
