"""Items of national surveys whose words a question may use, and what then stands beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.survey.compare import Mismatch, NotComparable, Scale, Wording
from hanmadang.polls.survey.series import IPUS_NEED, KINU_NEED, LINES, Line, lines_beside

ITEMS: Mapping[str, Wording] = {
    f"{each.item}/{each.version}": each for each in (IPUS_NEED, KINU_NEED)
}
"""By item and version of its words."""
ITEM_NAMES: Mapping[str, LazyText] = {
    "ipus-need/1": lazy("IPUS: need for reunification (5 points)"),
    "kinu-need/1": lazy("KINU: need for reunification (4 points)"),
}
SURVEY_NAMES: Mapping[str, LazyText] = {
    "IPUS": lazy("Institute for Peace and Unification Studies, Seoul National University (IPUS)"),
    "KINU": lazy("Korea Institute for National Unification (KINU)"),
}
SHORT_NAMES: Mapping[str, LazyText] = {"IPUS": lazy("IPUS"), "KINU": lazy("KINU")}
"""As a line of a table names them."""
SOURCES: Mapping[str, str] = {"IPUS": "ipus.snu.ac.kr", "KINU": "kinu.or.kr"}
ASKED: Mapping[str, LazyText] = {
    "adults 19+, face to face": lazy("adults of 19 and over, face to face"),
    "adults 18+, face to face": lazy("adults of 18 and over, face to face"),
}


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey's published lines, or why they are not set beside a question."""

    name: LazyText
    short: LazyText
    source: str
    lines: tuple[Line, ...]
    differs: Mismatch | None = None


def surveys_beside(same_as: str, points: int) -> Iterator[Survey]:
    """Every survey we know, for a question that claims the words of one and has so many points."""
    if same_as not in ITEMS:
        return
    named = ITEMS[same_as]
    ours = Wording(named.item, named.version, Scale(points, middle=points % 2 == 1))
    for survey in dict.fromkeys(line.survey for line in LINES):
        names = SURVEY_NAMES[survey], SHORT_NAMES[survey], SOURCES[survey]
        try:
            yield Survey(*names, lines_beside(ours, survey))
        except NotComparable as error:
            yield Survey(*names, (), error.reason)
