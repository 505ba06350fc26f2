"""The engine's numbers as they are stored."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from hanmadang.curricula.engine.tracing import Parameters, Skill


def to_json(parameters: Parameters) -> dict[str, Any]:
    """Lists of numbers, in the order of the fields."""
    return {
        "skills": {code: list(astuple(skill)) for code, skill in parameters.skills.items()},
        "usual": list(astuple(parameters.usual)),
        "seen": list(parameters.seen),
        "new": list(parameters.new),
    }


def from_json(stored: Mapping[str, Any]) -> Parameters:
    """The inverse of `to_json`."""
    one, two, three = stored["seen"]
    four, five, six = stored["new"]
    return Parameters(
        {code: Skill(*numbers) for code, numbers in stored["skills"].items()},
        Skill(*stored["usual"]),
        (one, two, three),
        (four, five, six),
    )
