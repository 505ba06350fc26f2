"""Released tables as a page prints them: whole percents, bounds, and reasons in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hanmadang.kernel.i18n import _, current_locale
from hanmadang.polls.plans import CROSSED, margins_of
from hanmadang.polls.profiles import Attribute
from hanmadang.polls.queries import PollPage, QuestionPage
from hanmadang.polls.queries.tables import Released
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS, Reason
from hanmadang.polls.texts_profile import ATTRIBUTES, REASONS, level_name


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `share` draws its bar and is None where there is none."""

    text: str
    share: int | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A group of people."""

    name: str
    n: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """One table with the words it needs."""

    title: str
    answers: tuple[str, ...]
    rows: tuple[Row, ...]
    reasons: tuple[tuple[str, str], ...]
    """Marks that occur in it, and what they mean."""


@dataclass(frozen=True, slots=True)
class FactorView:
    """How much one group was weighted."""

    attribute: str
    level: str
    factor: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class WeightsView:
    """Totals beside weighted totals."""

    figures: Mapping[str, Any]
    """As `survey.weighing` made them."""
    answers: tuple[tuple[str, Mapping[str, int]], ...]
    factors: tuple[FactorView, ...]
    used: str
    left_out: str


@dataclass(frozen=True, slots=True)
class QuestionTables:
    """One question's tables, or a sentence why there are none."""

    question: QuestionPage
    tables: tuple[TableView, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    weights: WeightsView | None = None
    refused: str = ""
    """Why there are no weighted totals, as `texts_profile.WITHOUT_WEIGHTS` names it."""
    empty: str = ""
    next: str = ""
    """When the tables may move again."""


def marks() -> dict[Reason, str]:
    """What stands in the place of a figure."""
    return {Reason.HIDDEN: _("hidden"), Reason.FEW: _("few")}


def question_tables(
    page: PollPage, question: QuestionPage, found: Released | None, *, empty: str, following: str
) -> QuestionTables:
    """Everything the page says of one question."""
    if question.type not in CROSSED:
        return QuestionTables(
            question,
            empty=_(
                "Only questions with exactly one answer are broken down. Of this one there are "
                "the totals on the results page."
            ),
        )
    if found is None or not found.tables:
        return QuestionTables(question, empty=empty)
    names = {str(option.id): _label(option) for option in question.options}
    crossed = [margin for table in found.tables if _is_open(table) for margin in margins_of(table)]
    views = tuple(_view(table, names) for table in [*crossed, *found.tables])
    withheld = tuple((_title(table), str(REASONS[Reason(why)])) for table, why in found.withheld)
    weighted = found.weighted or {}
    return QuestionTables(
        question,
        views,
        withheld,
        _weights(weighted, names) if "n" in weighted else None,
        str(weighted.get("refused", "")),
        next="" if page.is_closed else following,
    )


def _is_open(table: Mapping[str, Any]) -> bool:
    return all("count" in cell for row in table["rows"] for cell in row["cells"])


def _label(option: Any) -> str:
    return str(option.label.shown(current_locale()).text)


def _answer(code: str, names: Mapping[str, str]) -> str:
    return " · ".join(names.get(each, "") for each in code.split("+"))


def _title(attributes: Sequence[str]) -> str:
    return " × ".join(str(ATTRIBUTES[Attribute(each)]) for each in attributes)


def _view(table: Mapping[str, Any], names: Mapping[str, str]) -> TableView:
    rows = tuple(Row(_group(row["levels"]), row["n"], tuple(_cells(row))) for row in table["rows"])
    return TableView(
        _title(table["attributes"]),
        tuple(_answer(each, names) for each in table["answers"]),
        rows,
        tuple(_reasons(table)),
    )


def _group(levels: Sequence[str]) -> str:
    """Those who kept one of several attributes stand in one row."""
    return " · ".join(dict.fromkeys(level_name(level) for level in levels))


def _cells(row: Mapping[str, Any]) -> Iterator[Cell]:
    for cell in row["cells"]:
        if "at_least" in cell:
            yield Cell(_("≥ %(n)s%%", n=cell["at_least"]))
        elif "at_most" in cell:
            yield Cell(_("≤ %(n)s%%", n=cell["at_most"]))
        elif "count" not in cell:
            yield Cell(marks()[Reason(cell["reason"])])
        elif row["n"] is None or row["n"] < FEWEST_ANSWERS:
            yield Cell("", None, cell["count"])
        else:
            share = round(100 * cell["count"] / row["n"])
            yield Cell(f"{share}%", share, cell["count"])


def _reasons(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cells = [cell for row in table["rows"] for cell in row["cells"]]
    met = {cell["reason"] for cell in cells if "reason" in cell}
    met |= {Reason.HIDDEN for row in table["rows"] if row["n"] is None}
    for reason, mark in marks().items():
        if reason in met:
            yield mark, str(REASONS[reason])
    if Reason.BLUNT in met:
        yield "≥ ≤", str(REASONS[Reason.BLUNT])


def _weights(found: Mapping[str, Any], names: Mapping[str, str]) -> WeightsView:
    return WeightsView(
        found,
        tuple((_answer(each["answer"], names), each) for each in found["answers"]),
        tuple(
            FactorView(
                str(ATTRIBUTES[Attribute(each["attribute"])]),
                level_name(each["level"]),
                each["factor"],
                each["flagged"],
            )
            for each in found["factors"]
        ),
        _title(found["attributes"]),
        ", ".join(str(ATTRIBUTES[Attribute(each)]) for each in found["left_out"]),
    )
