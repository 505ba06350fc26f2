"""Labels of the graph's desk, and names broken into lines for its drawing."""

from collections.abc import Mapping
from unicodedata import east_asian_width

from hanmadang.curricula.graph.figures import FEWEST_IN_CELL, Share
from hanmadang.curricula.models import ChangeKind, ChangeState, EdgeSuggestion
from hanmadang.curricula.queries.health import Ill
from hanmadang.kernel.i18n import LazyText, lazy

KINDS: Mapping[ChangeKind, LazyText] = {
    ChangeKind.ADD: lazy("New competency"),
    ChangeKind.EDIT: lazy("Change of a competency"),
    ChangeKind.MERGE: lazy("Merger"),
    ChangeKind.RETIRE: lazy("Retirement"),
    ChangeKind.RESTORE: lazy("Back in use"),
    ChangeKind.VIEWPOINTS: lazy("Viewpoints"),
    ChangeKind.IMPORT: lazy("From a file"),
    ChangeKind.UNDO: lazy("Undone"),
}
CHANGE_STATES: Mapping[ChangeState, tuple[LazyText, str]] = {
    ChangeState.PROPOSED: (lazy("Waits for a reviewer"), "warn"),
    ChangeState.APPROVED: (lazy("Approved"), "good"),
    ChangeState.REJECTED: (lazy("Rejected"), "bad"),
    ChangeState.WITHDRAWN: (lazy("Withdrawn"), "plain"),
}
"""Words, and the tone in which they are shown."""
_LINE = 22
"""Narrow letters in a line of a box; Hangul takes two."""
_LINES = 3


def wrapped(text: str) -> list[str]:
    """The name in at most three lines that fit a box; what is left out becomes an ellipsis."""
    lines, line = [], ""
    for word in text.split():
        joined = f"{line} {word}".strip()
        if line and _width(joined) > _LINE:
            lines.append(line)
            line = word
        else:
            line = joined
    lines.append(line)
    shown = [_cut(each) for each in lines[:_LINES]]
    if len(lines) > _LINES:
        shown[-1] = f"{_cut(shown[-1], _LINE - 1).rstrip('…')}…"
    return shown


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _cut(text: str, most: int = _LINE + 2) -> str:
    if _width(text) <= most:
        return text
    while _width(text) >= most:
        text = text[:-1]
    return f"{text}…"


def shares_of(row: EdgeSuggestion) -> tuple[Share, Share]:
    """Of those who missed the earlier one, and of those who knew it."""
    return (
        Share(row.missed_right, row.missed_of, row.missed_is_most),
        Share(row.knew_right, row.knew_of, row.knew_is_most),
    )


def share_text(share: Share) -> str:
    """How many, as far as it may be told, with the interval."""
    low, high = (f"{100 * each:.0f}" for each in (share.low, share.high))
    values = {"of": share.whole, "low": low, "high": high, "few": FEWEST_IN_CELL}
    if share.part is not None:
        said = lazy(
            "%(part)s of %(of)s (95%% interval %(low)s–%(high)s%%)", part=share.part, **values
        )
    elif share.is_most:
        said = lazy("all but fewer than %(few)s of %(of)s (at least %(low)s%%)", **values)
    else:
        said = lazy("fewer than %(few)s of %(of)s (at most %(high)s%%)", **values)
    return str(said)


LANGUAGE_NAMES: Mapping[str, LazyText] = {"ko": lazy("Korean"), "en": lazy("English")}
ILLS: Mapping[Ill, tuple[LazyText, LazyText]] = {
    Ill.UNREACHABLE: (
        lazy("Lessons that nobody can come to"),
        lazy("What they build on is taught only in lessons that need something else first."),
    ),
    Ill.UNTAUGHT_NEED: (
        lazy("Lessons that need what no lesson teaches"),
        lazy("Add a lesson, or change the prerequisite."),
    ),
    Ill.NO_UNIT: (
        lazy("Competencies without a lesson"),
        lazy("They never enter anybody’s path."),
    ),
    Ill.ONE_SIDED: (
        lazy("Lessons with one viewpoint only"),
        lazy("No other lesson on the same topic argues from another viewpoint."),
    ),
    Ill.LANGUAGE: (
        lazy("Lessons with a language missing"),
        lazy("Readers of that language are not offered them, or read them with a note."),
    ),
    Ill.CAPTIONS: (
        lazy("Films without captions"),
        lazy("Whoever asked for captions is not offered these lessons."),
    ),
    Ill.NO_QUESTION: (
        lazy("Competencies without a question"),
        lazy("A pre-test cannot ask for them."),
    ),
    Ill.ONE_UNIT: (
        lazy("Competencies with a single lesson"),
        lazy("Whoever does not get on with it has no other way."),
    ),
    Ill.OLD_WORD: (
        lazy("Lessons that name a competency out of use"),
        lazy("Name another one in the next version of the course."),
    ),
    Ill.UNLISTED: (
        lazy("Viewpoints that are not on the reviewed list"),
        lazy("Add the viewpoint to the list, or use a name from it."),
    ),
    Ill.UNTAKEN: (
        lazy("Lessons that nobody has begun"),
        lazy("They have been on offer for 30 days or more."),
    ),
}
"""Each kind of finding, and what it means."""
