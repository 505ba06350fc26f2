"""A process of its own that makes plans and prints their digest: `python -m proofs.plans_child`."""

import hashlib
import json
import sys

from bench.curricula.anything import anything
from hanmadang.curricula.engine.inputs import inputs_hash
from hanmadang.curricula.engine.plan import make_plan


def digest(seed: int, number: int) -> str:
    """Of that many plans with the names of their inputs."""
    whole = hashlib.sha256()
    for each in range(number):
        catalogue, learner = anything(seed * 1_000_003 + each)
        whole.update(inputs_hash(catalogue, learner).encode())
        stored = make_plan(catalogue, learner).to_json()
        whole.update(json.dumps(stored, ensure_ascii=False).encode())
    return whole.hexdigest()


if __name__ == "__main__":
    print(digest(int(sys.argv[1]), int(sys.argv[2])))
