"""Parameters from everybody's answers: expectation and maximisation, then two logistic lines.

Names nobody: it sees sequences of (competency, right) and returns numbers per competency. Every
estimate is drawn towards the default by a few imagined answers, so that a competency asked three
times does not get a parameter of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from hanmadang.curricula.engine.tracing import (
    Line,
    Parameters,
    Skill,
    Trace,
    answered,
    chance,
    learned,
    odds,
)

Answers = Sequence[tuple[str, bool]]
"""One person's, in their order."""
ROUNDS, STEPS = 20, 6
MOST_ROWS = 100_000
"""Answers that the two lines are fitted to; more change the third digit."""
EARLY = 100
"""Of each person, only so many count for the lines: a few who answered thousands of questions
would bend them away from those who begin."""
_IMAGINED = 5.0
_BOUNDS = {"prior": (0.01, 0.99), "learn": (0.001, 0.6), "guess": (0.01, 0.5), "slip": (0.01, 0.4)}
Row = tuple[float, float, bool]
"""What is traced, the ability, and whether the answer was right."""


def fit(people: Sequence[Answers]) -> Parameters:
    """The parameters under which these answers are likely; the defaults where there are none."""
    usual = Parameters().usual
    skills = {code: _fitted(runs, usual) for code, runs in sorted(_by_competency(people).items())}
    parameters = Parameters(skills, _average(skills.values(), usual))
    seen, new = _rows(people, parameters)
    return replace(
        parameters,
        seen=_line(seen, parameters.seen),
        new=_line(new, parameters.new),
    )


def _by_competency(people: Iterable[Answers]) -> Mapping[str, list[list[bool]]]:
    """For each competency one run of answers per person."""
    found: dict[str, list[list[bool]]] = defaultdict(list)
    for answers in people:
        runs: dict[str, list[bool]] = {}
        for code, right in answers:
            runs.setdefault(code, []).append(right)
        for code, run in runs.items():
            found[code].append(run)
    return found


@dataclass(slots=True)
class _Counts:
    """What one round expects: events, and how often each could have happened."""

    prior: float = 0.0
    learn: float = 0.0
    could_learn: float = 0.0
    guess: float = 0.0
    unknown: float = 0.0
    slip: float = 0.0
    known: float = 0.0

    def add(self, run: list[bool], skill: Skill) -> None:
        """Forward over one run of answers, and back."""
        before, after = _forward(run, skill)
        known = after[-1]
        self._note(known, right=run[-1])
        for place in range(len(run) - 2, -1, -1):
            held, share = after[place], known / before[place + 1]
            self.learn += (1 - held) * skill.learn * share
            known = held * share
            self.could_learn += 1 - known
            self._note(known, right=run[place])
        self.prior += known

    def _note(self, known: float, *, right: bool) -> None:
        self.known += known
        self.unknown += 1 - known
        if right:
            self.guess += 1 - known
        else:
            self.slip += known

    def skill(self, runs: int, first: float, usual: Skill) -> Skill:
        """The most likely parameters of these counts, drawn towards the usual ones."""
        return Skill(
            _bounded("prior", self.prior, runs, usual.prior),
            _bounded("learn", self.learn, self.could_learn, usual.learn),
            _bounded("guess", self.guess, self.unknown, usual.guess),
            _bounded("slip", self.slip, self.known, usual.slip),
            first,
        )


def _forward(run: list[bool], skill: Skill) -> tuple[list[float], list[float]]:
    """How likely it is known before and after each answer, from those up to it."""
    before, after, known = [], [], skill.prior
    for right in run:
        before.append(known)
        known = answered(known, skill, right=right)
        after.append(known)
        known = learned(known, skill.learn)
    return before, after


def _fitted(runs: list[list[bool]], usual: Skill) -> Skill:
    """Baum and Welch's rounds for a competency that, once known, stays known."""
    first = _drawn(sum(run[0] for run in runs), len(runs), usual.first)
    skill = replace(usual, first=first)
    for _ in range(ROUNDS):
        counts = _Counts()
        for run in runs:
            counts.add(run, skill)
        skill = counts.skill(len(runs), first, usual)
    return skill


def _drawn(events: float, chances: float, usual: float) -> float:
    return (events + _IMAGINED * usual) / (chances + _IMAGINED)


def _bounded(name: str, events: float, chances: float, usual: float) -> float:
    lowest, highest = _BOUNDS[name]
    return min(max(_drawn(events, chances, usual), lowest), highest)


def _average(skills: Iterable[Skill], usual: Skill) -> Skill:
    """What to expect of a competency that nobody was asked about."""
    every = [usual, *skills]
    return Skill(*(sum(values) / len(every) for values in zip(*map(_numbers, every), strict=True)))


def _numbers(skill: Skill) -> tuple[float, ...]:
    return skill.prior, skill.learn, skill.guess, skill.slip, skill.first


def _rows(people: Sequence[Answers], parameters: Parameters) -> tuple[list[Row], list[Row]]:
    """What was known before each answer: where the competency had been asked, and where not."""
    every = max(1, sum(min(len(answers), EARLY) for answers in people) // MOST_ROWS)
    seen: list[Row] = []
    new: list[Row] = []
    for answers in islice(people, 0, None, every):
        trace, met = Trace(parameters), set[str]()
        for code, right in answers[:EARLY]:
            if code in met:
                seen.append((odds(trace.traced(code)), trace.ability, right))
            else:
                new.append((odds(parameters.of(code).first), trace.ability, right))
            met.add(code)
            trace.answer(code, right=right)
    return seen, new


def _line(rows: list[Row], usual: Line) -> Line:
    """Newton's steps for a logistic line, held to the usual one by imagined answers."""
    line = usual
    for _ in range(STEPS if rows else 0):
        slope = [_IMAGINED * (there - here) for here, there in zip(line, usual, strict=True)]
        bend = [[_IMAGINED * (row == column) for column in range(3)] for row in range(3)]
        for traced, ability, right in rows:
            guess = chance(line[0] + line[1] * traced + line[2] * ability)
            error, weight = right - guess, guess * (1 - guess)
            slope[0] += error
            slope[1] += error * traced
            slope[2] += error * ability
            bend[0][0] += weight
            bend[0][1] += weight * traced
            bend[0][2] += weight * ability
            bend[1][1] += weight * traced * traced
            bend[1][2] += weight * traced * ability
            bend[2][2] += weight * ability * ability
        bend[1][0], bend[2][0], bend[2][1] = bend[0][1], bend[0][2], bend[1][2]
        a, b, c = _solved(bend, slope)
        line = (line[0] + a, line[1] + b, line[2] + c)
    return line


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss and Jordan, for a positive definite matrix."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot, row in enumerate(rows):
        for other in rows:
            if other is not row:
                factor = other[pivot] / row[pivot]
                other[:] = [there - factor * here for there, here in zip(other, row, strict=True)]
    return [row[-1] / row[place] for place, row in enumerate(rows)]
