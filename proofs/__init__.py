"""Proofs: the product measured from outside, by HTTP, SMTP and files.

A proof is a module here with a one-line docstring and ``prove(run) -> Verdict``. With ``run.twin``
it breaks the code on purpose, and must then fail: a proof that cannot fail proves nothing.
"""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

Figure = int | float | str | bool


@dataclass(frozen=True, slots=True)
class Run:
    """How to run: full size or smaller, honest or broken, from which seed."""

    scale: float = 1.0
    twin: bool = False
    seed: int = 0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Run":
        """SCALE=0.1 TWIN=1 SEED=7, all optional; without a seed, a new one."""
        seed = environ.get("SEED") or random.SystemRandom().randrange(1_000_000)
        twin = environ.get("TWIN", "") not in ("", "0")
        return cls(float(environ.get("SCALE") or 1), twin, int(seed))

    def size(self, full: int, least: int = 1) -> int:
        """A number of clients, rounds or rows, scaled."""
        return max(least, round(full * self.scale))

    def random(self) -> random.Random:
        """Chance that the printed seed repeats."""
        return random.Random(self.seed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out."""

    passed: bool
    summary: str
    """The figures in one line of words, without the name and without PASS or FAIL."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
