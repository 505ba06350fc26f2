"""Published lines of the yearly national surveys on reunification. Facts only, each with a source.

"Needed" adds the upper two points, "not needed" the lower two. Versions count the wordings we know
of, from 1. IPUS prints +-2.8 points for 1,200 people, KINU +-3.1 for about 1,000.
"""

from dataclasses import dataclass

from hanmadang.polls.survey.compare import Scale, Wording, require_comparable

IPUS_NEED = Wording("ipus-need", 1, Scale(points=5, middle=True))
KINU_NEED = Wording("kinu-need", 1, Scale(points=4, middle=False))


@dataclass(frozen=True, slots=True)
class Line:
    """One year of one survey. Percentages of all who were asked."""

    survey: str
    year: int
    wording: Wording
    needed: float
    not_needed: float | None
    """None where our source does not print it."""
    n: int
    error: float
    """Percentage points at 95 %."""
    asked: str
    source: str
    n_is_about: bool = False


_IPUS = "Institute for Peace and Unification Studies, Seoul National University (ipus.snu.ac.kr)"
_KINU = "Korea Institute for National Unification (kinu.or.kr)"
_FACE_TO_FACE_19, _FACE_TO_FACE_18 = "adults 19+, face to face", "adults 18+, face to face"

LINES = (
    Line("IPUS", 2024, IPUS_NEED, 36.9, 35.0, 1200, 2.8, _FACE_TO_FACE_19, _IPUS),
    Line("IPUS", 2025, IPUS_NEED, 41.1, 30.4, 1200, 2.8, _FACE_TO_FACE_19, _IPUS),
    Line("KINU", 2024, KINU_NEED, 52.9, None, 1000, 3.1, _FACE_TO_FACE_18, _KINU, n_is_about=True),
)  # fmt: skip


def lines_beside(ours: Wording, survey: str) -> tuple[Line, ...]:
    """A survey's lines, oldest first, if our item is theirs; else NotComparable."""
    found = tuple(line for line in LINES if line.survey == survey)
    for line in found:
        require_comparable(ours, line.wording)
    return found
