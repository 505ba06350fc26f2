"""Words for coarse attributes, for what is hidden and why, and for the question of consent."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, _, lazy
from hanmadang.polls.models_profile import FirstRelease
from hanmadang.polls.profiles import UNSAID, Attribute
from hanmadang.polls.survey.compare import Mismatch
from hanmadang.polls.survey.thresholds import Reason

ATTRIBUTES: Mapping[Attribute, LazyText] = {
    Attribute.SEX: lazy("Sex"),
    Attribute.AGE: lazy("Age band"),
    Attribute.ZONE: lazy("Living zone"),
    Attribute.COUNTRY: lazy("Country"),
}
LEVELS: Mapping[str, LazyText] = {
    "female": lazy("Women"),
    "male": lazy("Men"),
    "under20": lazy("Under 20"),
    "20s": lazy("20 to 29"),
    "30s": lazy("30 to 39"),
    "40s": lazy("40 to 49"),
    "50s": lazy("50 to 59"),
    "60s": lazy("60 to 69"),
    "70plus": lazy("70 and over"),
    "downtown": lazy("Downtown"),
    "northeast": lazy("Northeast"),
    "northwest": lazy("Northwest"),
    "southwest": lazy("Southwest"),
    "southeast": lazy("Southeast"),
    "elsewhere": lazy("Outside Seoul"),
    "korea": lazy("Korea"),
    "asia": lazy("Elsewhere in Asia"),
    "americas": lazy("The Americas"),
    "europe": lazy("Europe"),
    "other": lazy("Another part of the world"),
    UNSAID: lazy("Not said"),
}
DISTRICTS: Mapping[str, LazyText] = {
    "downtown": lazy("Downtown (Jongno, Jung, Yongsan)"),
    "northeast": lazy(
        "Northeast (Seongdong, Gwangjin, Dongdaemun, Jungnang, Seongbuk, Gangbuk, Dobong, Nowon)"
    ),
    "northwest": lazy("Northwest (Eunpyeong, Seodaemun, Mapo)"),
    "southwest": lazy(
        "Southwest (Yangcheon, Gangseo, Guro, Geumcheon, Yeongdeungpo, Dongjak, Gwanak)"
    ),
    "southeast": lazy("Southeast (Seocho, Gangnam, Songpa, Gangdong)"),
}
"""How a living zone is offered to those who do not know it by its name."""
PREFER_NOT: Mapping[Attribute, LazyText] = {
    Attribute.SEX: lazy("Another, or prefer not to say"),
    Attribute.AGE: lazy("Prefer not to say"),
    Attribute.ZONE: lazy("Prefer not to say"),
    Attribute.COUNTRY: lazy("Prefer not to say"),
}
FIRST: Mapping[FirstRelease, LazyText] = {
    FirstRelease.CLOSE: lazy("When the poll closes"),
    FirstRelease.THOUSAND: lazy("From 1,000 answers on"),
    FirstRelease.HUNDRED: lazy("From 100 answers on; tables stay coarse then"),
}
REASONS: Mapping[Reason, LazyText] = {
    Reason.HIDDEN: lazy("Hidden: somebody could be recognized, here or by subtracting elsewhere."),
    Reason.FEW: lazy("Fewer than 30 people: no figures of so small a group."),
    Reason.BLUNT: lazy("Only a bound: nearly everybody, or nearly nobody, gave this answer."),
    Reason.ANSWERS: lazy("Too few answers for this table."),
    Reason.THIN: lazy("Even in the widest bands too much of this table would have to be hidden."),
}
WITHOUT_WEIGHTS: Mapping[str, LazyText] = {
    "too-few": lazy(
        "Too few answers: weights are taken only from a table in which no figure is hidden."
    ),
    "mixed": lazy(
        "A group had to be joined with people for whom there is no population figure, so "
        "nothing can be weighted."
    ),
    "empty": lazy(
        "Nobody of one group answered. Weights would let others speak for them, so there are none."
    ),
    "unmet": lazy("No weights meet all population figures at once."),
}
DIFFERS: Mapping[Mismatch, LazyText] = {
    Mismatch.SCALE: lazy("its scale has other points"),
    Mismatch.ITEM: lazy("it asks in other words"),
    Mismatch.VERSION: lazy("it asked in another version of the words"),
}


_FROM_AGE = {"under20": 0, "20s": 20, "30s": 30, "40s": 40, "50s": 50, "60s": 60, "70plus": 70}
_YEARS = 10


def level_name(level: str) -> str:
    """A band's name: neighbouring ages as one span, other levels joined."""
    levels = level.split("+")
    ages = [_FROM_AGE[each] for each in levels if each in _FROM_AGE]
    if len(ages) < 2:  # noqa: PLR2004 (one needs no joining)
        return ", ".join(str(LEVELS[each]) for each in levels)
    rest = [str(LEVELS[each]) for each in levels if each not in _FROM_AGE]
    return ", ".join([_span(min(ages), max(ages)), *rest])


def _span(low: int, high: int) -> str:
    if high == _FROM_AGE["70plus"]:
        return _("%(n)s and over", n=low) if low else _("All ages")
    if not low:
        return _("Under %(n)s", n=high + _YEARS)
    return _("%(low)s to %(high)s", low=low, high=high + _YEARS - 1)
