"""A question beside national surveys that ask the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from hanmadang.polls.items import ASKED, Survey, surveys_beside
from hanmadang.polls.queries import PollPage, QuestionPage
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS


@dataclass(frozen=True, slots=True)
class Beside:
    """Our two sums, and each survey's lines or the reason why not."""

    question: QuestionPage
    needed: int
    not_needed: int
    surveys: tuple[Survey, ...]
    asked = ASKED


def besides(page: PollPage, *, has_answered: bool) -> list[Beside]:
    """Every question that claims a survey's words, as far as its results may be seen."""
    shown = (each for each in page.asked if page.shows(each, has_answered=has_answered))
    return [found for question in shown for found in _beside(question)]


def _beside(question: QuestionPage) -> Iterator[Beside]:
    counts = [option.count for option in question.options]
    surveys = tuple(surveys_beside(question.shape.settings.same_as, len(counts)))
    if surveys and question.answered >= FEWEST_ANSWERS:
        top, bottom = sum(counts[:2]), sum(counts[-2:])
        whole = question.answered / 100
        yield Beside(question, round(top / whole), round(bottom / whole), surveys)
