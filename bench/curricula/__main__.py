"""Print the table for the data at hand."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "platform"))

from bench.curricula import data, table  # noqa: E402


def main() -> None:
    """People made here; those of the public set too, where it is."""
    folder = os.environ.get("SKILL_BUILDER")
    splits = [data.made(), *([data.skill_builder(Path(folder))] if folder else [])]
    for split in splits:
        print(table.words(split, table.table(split)), end="\n\n", flush=True)


main()
