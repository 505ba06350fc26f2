"""Labels of the usual scales, worded as Korean surveys and their translations word them.

The strongest yes stands first, as in the surveys of KINU and SNU IPUS, so that a result can be
set beside theirs. A scale never holds "not sure": a question may always be left open.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from hanmadang.kernel.bilingual import Bilingual

LENGTHS = (4, 5, 7)
"""How many points a scale of one's own may have."""
SEMANTIC_ENDS = 2


class Scale(StrEnum):
    """Which labels a scale question has."""

    NECESSITY_4 = "necessity-4"
    NECESSITY_5 = "necessity-5"
    AGREEMENT_4 = "agreement-4"
    AGREEMENT_5 = "agreement-5"
    AGREEMENT_7 = "agreement-7"
    SATISFACTION_5 = "satisfaction-5"
    SEMANTIC_5 = "semantic-5"
    SEMANTIC_7 = "semantic-7"
    OWN = "own"


SEMANTIC: Mapping[Scale, int] = {Scale.SEMANTIC_5: 5, Scale.SEMANTIC_7: 7}
"""Scales of which only the two ends are named, with their number of points."""

_LABELS: Mapping[Scale, Sequence[tuple[str, str]]] = {
    Scale.NECESSITY_4: (
        ("매우 필요하다", "Very necessary"),
        ("다소 필요하다", "Somewhat necessary"),
        ("별로 필요하지 않다", "Not very necessary"),
        ("전혀 필요하지 않다", "Not at all necessary"),
    ),
    Scale.NECESSITY_5: (
        ("매우 필요하다", "Very necessary"),
        ("다소 필요하다", "Somewhat necessary"),
        ("반반이다", "Half and half"),
        ("별로 필요하지 않다", "Not very necessary"),
        ("전혀 필요하지 않다", "Not at all necessary"),
    ),
    Scale.AGREEMENT_4: (
        ("매우 동의한다", "Strongly agree"),
        ("동의하는 편이다", "Somewhat agree"),
        ("동의하지 않는 편이다", "Somewhat disagree"),
        ("전혀 동의하지 않는다", "Strongly disagree"),
    ),
    Scale.AGREEMENT_5: (
        ("매우 동의한다", "Strongly agree"),
        ("동의하는 편이다", "Somewhat agree"),
        ("보통이다", "Neither agree nor disagree"),
        ("동의하지 않는 편이다", "Somewhat disagree"),
        ("전혀 동의하지 않는다", "Strongly disagree"),
    ),
    Scale.AGREEMENT_7: (
        ("매우 동의한다", "Strongly agree"),
        ("동의한다", "Agree"),
        ("다소 동의한다", "Somewhat agree"),
        ("보통이다", "Neither agree nor disagree"),
        ("별로 동의하지 않는다", "Somewhat disagree"),
        ("동의하지 않는다", "Disagree"),
        ("전혀 동의하지 않는다", "Strongly disagree"),
    ),
    Scale.SATISFACTION_5: (
        ("매우 만족한다", "Very satisfied"),
        ("만족하는 편이다", "Somewhat satisfied"),
        ("보통이다", "Neither satisfied nor dissatisfied"),
        ("만족하지 않는 편이다", "Somewhat dissatisfied"),
        ("전혀 만족하지 않는다", "Very dissatisfied"),
    ),
}


def labels_of(scale: Scale) -> tuple[Bilingual, ...]:
    """The labels of a ready-made scale; none for a semantic one or one's own."""
    return tuple(Bilingual.of(ko=ko, en=en) for ko, en in _LABELS.get(scale, ()))


def semantic_labels(ends: Sequence[Bilingual], points: int) -> tuple[Bilingual, ...]:
    """Numbers from 1, the first and the last with the name of its end."""
    named = {1: ends[0], points: ends[1]}
    return tuple(_numbered(number, named.get(number)) for number in range(1, points + 1))


def semantic_ends(labels: Sequence[Bilingual]) -> tuple[Bilingual, Bilingual]:
    """What `semantic_labels` was given."""
    return _bare(labels[0], 1), _bare(labels[-1], len(labels))


def _numbered(number: int, end: Bilingual | None) -> Bilingual:
    if end is None:
        return Bilingual.of(ko=str(number), en=str(number))
    texts = {language: f"{number} · {part.text}" for language, part in end.parts.items()}
    return Bilingual.of(source=end.source, **texts)


def _bare(label: Bilingual, number: int) -> Bilingual:
    prefix = f"{number} · "
    texts = {language: part.text.removeprefix(prefix) for language, part in label.parts.items()}
    return Bilingual.of(source=label.source, **texts)
