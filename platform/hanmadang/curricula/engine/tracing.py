"""What answers say, one at a time: knowledge tracing per competency under one global ability.

Corbett and Anderson's Bayesian knowledge tracing (1995) says how likely a competency is known; it
is weak on what was never asked. An ability over all answers, moved as in Elo's ratings, is strong
there and weak where much was asked. So the ability shifts the prior of what is new, and two
straight lines in log odds weigh both into the chance of a right answer.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property

from hanmadang.curricula.engine.marks import marked

_EDGE = 0.005
"""Chances nearer to 0 or 1 than this are moved here before their odds are taken."""
Line = tuple[float, float, float]
"""Constant, weight of what is traced, weight of the ability."""


@dataclass(frozen=True, slots=True)
class Skill:
    """How one competency is learned and asked; all are chances between 0 and 1."""

    prior: float = 0.40
    """Known before the first answer, by somebody of average ability."""
    learn: float = 0.10
    """Learned by answering once, with the explanation read."""
    guess: float = 0.25
    slip: float = 0.10
    first: float = 0.55
    """Right first answers."""


@dataclass(frozen=True)
class Parameters:
    """What `fitting` finds in all answers; the defaults hold until there are enough."""

    skills: Mapping[str, Skill] = field(default_factory=dict)
    usual: Skill = Skill()
    """Of competencies that nobody was asked about."""
    seen: Line = (0.0, 0.85, 0.45)
    """From what is traced and the ability to the log odds of a right answer."""
    new: Line = (-0.40, 1.05, 0.85)
    """The same where this person was never asked: from the share of right first answers."""

    def of(self, code: str) -> Skill:
        """The parameters of one competency."""
        return self.skills.get(code, self.usual)

    @cached_property
    def mark(self) -> str:
        """A name for exactly these numbers."""
        return marked(asdict(self))


STEP, DAMPING = 0.4, 0.05
"""How far the first answer moves the ability, in log odds, and how soon later ones do less."""
SHIFT = 0.5
"""How much of the ability shifts the prior of a competency, in log odds."""


class Trace:
    """One person's answers in their order."""

    def __init__(self, parameters: Parameters, priors: Mapping[str, float] | None = None) -> None:
        """`priors` tell what the parameters say less well about this person."""
        self.parameters = parameters
        self._told = priors or {}
        self.ability = 0.0
        """In log odds; 0 is the average."""
        self._asked = 0
        self._known: dict[str, float] = {}
        self._prior: dict[str, float] = {}

    def mastery(self, code: str) -> float:
        """How likely it is that the competency is known."""
        return self._known.get(code, self.prior(code))

    @property
    def heard(self) -> Mapping[str, float]:
        """The mastery of each competency that was asked or taught."""
        return self._known

    def prior(self, code: str) -> float:
        """How likely that was before anything was heard about this competency itself."""
        if code in self._prior:
            return self._prior[code]
        told = self._told.get(code)
        prior = self.parameters.of(code).prior if told is None else told
        return chance(odds(prior) + SHIFT * self.ability)

    def right(self, code: str) -> float:
        """How likely the next answer on it is right."""
        if code in self._known:
            line, traced = self.parameters.seen, self.traced(code)
        else:
            line, traced = self.parameters.new, self.parameters.of(code).first
        constant, slope, weight = line
        return chance(constant + slope * odds(traced) + weight * self.ability)

    def traced(self, code: str) -> float:
        """The chance of a right answer by tracing alone."""
        skill, known = self.parameters.of(code), self.mastery(code)
        return known * (1 - skill.slip) + (1 - known) * skill.guess

    def answer(self, code: str, *, right: bool, teaches: bool = True) -> None:
        """Learn from one answer; a poll, which explains nothing, teaches nothing."""
        skill = self.parameters.of(code)
        known = answered(self.mastery(code), skill, right=right)
        self._keep(code, learned(known, skill.learn) if teaches else known)
        expected = chance(self.ability + odds(skill.first))
        self.ability += STEP / (1 + DAMPING * self._asked) * (right - expected)
        self._asked += 1

    def finish(self, code: str, strength: float) -> None:
        """A lesson that teaches it with this strength is done."""
        self._keep(code, learned(self.mastery(code), strength))

    def _keep(self, code: str, known: float) -> None:
        self._prior.setdefault(code, self.prior(code))
        self._known[code] = known


def answered(known: float, skill: Skill, *, right: bool) -> float:
    """Bayes' rule for one answer."""
    if right:
        yes, no = known * (1 - skill.slip), (1 - known) * skill.guess
    else:
        yes, no = known * skill.slip, (1 - known) * (1 - skill.guess)
    return yes / (yes + no)


def learned(known: float, share: float) -> float:
    """The chance that it is known once this share of those who did not know it have learned it."""
    return known + (1 - known) * share


def odds(probability: float) -> float:
    """Log odds, finite also for 0 and 1."""
    kept = min(max(probability, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))


def chance(log_odds: float) -> float:
    """The inverse of `odds`."""
    return 1 / (1 + math.exp(-log_odds))
