"""Which options of a poll carry a picture."""

from collections.abc import Mapping

from hanmadang.polls.queries import OptionPage, PollPage

Pictured = Mapping[int, OptionPage]
"""Options by their ids."""


def pictures_in(page: PollPage) -> Mapping[int, Pictured]:
    """By question; questions without any are left out."""
    return {
        question.id: {option.id: option for option in question.options if option.picture}
        for question in page.questions
        if question.has_pictures
    }
