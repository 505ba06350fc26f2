"""`make prove`: list the proofs, or run the one named and end with its single line."""

import ast
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from proofs import Run, Verdict
from tests.support.errors import Unavailable

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "platform"))


def titles() -> dict[str, str]:
    """Name and first docstring line of every proof, without importing any."""
    found = {}
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if "prove" in names:
            found[path.stem.replace("_", "-")] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def _module(name: str) -> Any:
    """The module of a proof: a dash in the name is an underscore in the file's."""
    return importlib.import_module(f"proofs.{name.replace('-', '_')}")


def show(proofs: dict[str, str]) -> None:
    """The list."""
    print("make prove NAME=…  [SCALE=0.1] [TWIN=1] [JSON=1] [SEED=7]\n")
    for name, title in proofs.items():
        print(f"  {name:<14} {title}")


def run(name: str) -> int:
    """Run one proof. 0 when it held, or when its broken twin was caught."""
    chosen = Run.from_environment()
    print(f"{name}: seed {chosen.seed}, scale {chosen.scale:g}", file=sys.stderr, flush=True)
    start = time.monotonic()
    try:
        verdict: Verdict = _module(name).prove(chosen)
    except Unavailable as reason:
        verdict = Verdict(passed=False, summary=f"could not run: {reason}")
        print(f"{name}: FAIL {verdict.summary}")
        return 1
    good = verdict.passed is not chosen.twin
    if os.environ.get("JSON", "") not in ("", "0"):
        about = {"proof": name, "passed": verdict.passed, "twin": chosen.twin, "seed": chosen.seed}
        spent = {"scale": chosen.scale, "seconds": round(time.monotonic() - start, 1)}
        print(json.dumps({**about, **spent, **verdict.figures}, ensure_ascii=False))
    word = ("TWIN CAUGHT" if good else "TWIN MISSED") if chosen.twin else "PASS" if good else "FAIL"
    print(f"{name}: {word} {verdict.summary}", flush=True)
    return 0 if good else 1


def main(names: list[str]) -> int:
    """Run the named proof, or list them all."""
    proofs = titles()
    if len(names) == 1 and names[0] in proofs:
        return run(names[0])
    show(proofs)
    if names:
        print(f"\nThere is no proof named {' '.join(names)}.", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
