"""Words of the open data and of comparisons: what each file, column and reason is."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.queries.comparison import Apart

COLUMNS: dict[str, LazyText] = {
    "question": lazy("Number of the question, from 1"),
    "kind": lazy("knowledge, interest or opinion, as the author declared it"),
    "type": lazy("In which shape it was answered; the codebook has the settings"),
    "question_ko": lazy("The question in Korean"),
    "question_en": lazy("The question in English; empty where there is none"),
    "answered": lazy("How many answered this question"),
    "option": lazy(
        "Number of the option, or of the typed answer, from 1, in the order in which it was shown"
    ),
    "option_ko": lazy("The option in Korean"),
    "option_en": lazy("The option in English; empty where there is none"),
    "correct": lazy("1 for a right option of a knowledge question, 0 for another, else empty"),
    "topic": lazy("The topic that an option of an interest question names"),
    "count": lazy("How many answers hold the option"),
    "points": lazy("Points of a ranking (Borda: of n options the first gets n) or given to it"),
    "firsts": lazy("How many rank it first"),
    "share": lazy(
        "Percent, to one decimal: count of answered; points of all points given; of a ranking, "
        "points of the most possible (options × answered)"
    ),
}
TIMES: dict[str, LazyText] = {
    "from": lazy("Beginning of the slice, in universal time (UTC)"),
    "until": lazy("End of the slice: the first instant that is no longer part of it"),
    "people": lazy(
        "How many answered for the first time then, also where they took the answers back later; "
        "never fewer than ten"
    ),
    "hour": lazy("Beginning of the hour, in universal time (UTC)"),
    "bursts": lazy(
        "How many bursts began in it: minutes in a row with at least 30 people and more than "
        "five times the median of the 30 minutes before, unless the room was just asked"
    ),
}
FIGURES: Mapping[str, LazyText] = {
    "top": lazy("Percent of the two upper points of a scale together"),
    "bottom": lazy("Percent of the two lower points of a scale together"),
    "mean": lazy("Mean point of a scale, to two decimals"),
    "lower": lazy("The band, from 0, in which the lower quartile lies (nearest rank)"),
    "median": lazy("The band in which the median lies"),
    "upper": lazy("The band in which the upper quartile lies"),
}
APART: Mapping[Apart, LazyText] = {
    Apart.NOT_ASKED: lazy(
        "The earlier poll did not ask this, or asked it in other words or on another scale. Such "
        "results are not set beside each other."
    ),
    Apart.FEW: lazy("Fewer than 30 people answered one of the two: too few for percentages."),
    Apart.TYPED: lazy("Answers in people’s own words are not set beside each other."),
    Apart.KIND: lazy("Rankings and points are not shares of people; see each poll's own results."),
}
