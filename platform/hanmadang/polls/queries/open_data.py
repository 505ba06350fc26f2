"""Open data of a closed poll: every number its results page shows, and what each of them means.

Rows and codebook are made from the page's own object, so that file and page cannot disagree.
"""

from collections.abc import Iterator
from typing import Any

from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.pictures import address_of
from hanmadang.polls.queries.pages import PollPage
from hanmadang.polls.queries.questions import OptionPage, QuestionPage
from hanmadang.polls.queries.quiz import ScorePage
from hanmadang.polls.queries.times import TimesPage
from hanmadang.polls.times import instant_of

FORMAT = "hanmadang-codebook/1"
COLUMNS = (
    "question", "kind", "type", "question_ko", "question_en", "answered",
    "option", "option_ko", "option_en", "correct", "topic", "count", "points", "firsts", "share",
)  # fmt: skip
"""The columns of results.csv, one row an option, or a typed answer that is shown."""
WORD_COLUMNS = ("question", "entry", "answer", "language", "count")
"""The columns of words.csv, one row for each form in which an answer was typed."""

TIME_COLUMNS = ("from", "until", "people")
"""The columns of times.csv, one row a slice."""
BURST_COLUMNS = ("hour", "bursts")
"""The columns of bursts.csv, one row an hour in which one began."""

Row = tuple[object, ...]


def result_rows(page: PollPage) -> Iterator[Row]:
    """One row for each option of each question, in the order of `COLUMNS`."""
    for number, question in enumerate(page.questions, 1):
        yield from _rows(number, question)


def _rows(number: int, question: QuestionPage) -> Iterator[Row]:
    head = (number, question.kind.value, question.type.value, *_texts(question.text))
    for place, entry in enumerate(question.entries, 1):
        label = (entry.label if entry.language == language else "" for language in LANGUAGES)
        yield (
            *head, question.answered, place, *label, None, None, entry.count, 0, 0, entry.share,
        )  # fmt: skip
    for place, (option, bar) in enumerate(question.measured(), 1):
        correct = int(option.correct) if question.competency_code or option.correct else None
        yield (
            *head, question.answered, place, *_texts(option.label), correct, option.topic_code,
            option.count, option.points, option.firsts, bar.share,
        )  # fmt: skip


def word_rows(page: PollPage) -> Iterator[Row]:
    """One row for each form of a typed answer, under the entry with which it is counted."""
    for number, question in enumerate(page.questions, 1):
        for place, entry in enumerate(question.entries, 1):
            for form in entry.forms:
                yield number, place, form.label, form.language, form.count


def time_rows(times: TimesPage) -> Iterator[Row]:
    """One row for each slice, in the order of `TIME_COLUMNS`."""
    for start, end, people in times.slices:
        yield instant_of(start).isoformat(), instant_of(end).isoformat(), people


def burst_rows(times: TimesPage) -> Iterator[Row]:
    """One row for each hour with a burst, in the order of `BURST_COLUMNS`."""
    for hour, count in times.bursts:
        yield hour.isoformat(), count


def _texts(text: Bilingual) -> tuple[str, ...]:
    return tuple(text.get(language) for language in LANGUAGES)


def codebook(
    page: PollPage, scores: ScorePage | None = None, times: TimesPage | None = None
) -> dict[str, Any]:
    """What was asked, how, and what the page says beside the bars."""
    return {
        "format": FORMAT,
        "poll": page.slug,
        "title": _both(page.title),
        "opened_at": page.opened_at.isoformat() if page.opened_at else None,
        "closed_at": page.closed_at.isoformat() if page.closed_at else None,
        "assurance": page.assurance.value,
        "sample": False,
        "quiz": scores.to_json() if scores else None,
        "times": times.to_json() if times else None,
        "questions": [_asked(number, each) for number, each in enumerate(page.questions, 1)],
    }


def _asked(number: int, question: QuestionPage) -> dict[str, Any]:
    shape = question.shape
    return {
        "question": number,
        "kind": question.kind.value,
        "type": question.type.value,
        "text": _both(question.text),
        "competency": question.competency_code,
        "choices": [shape.least, shape.most],
        "settings": shape.settings.to_json(),
        "options": [_option(option) for option in question.options],
        "figures": dict(question.figures),
    }


def _option(option: OptionPage) -> dict[str, str]:
    picture = {"picture": address_of(option.picture)} if option.picture else {}
    return _both(option.label) | picture


def _both(text: Bilingual) -> dict[str, str]:
    return dict(zip(LANGUAGES, _texts(text), strict=True))
