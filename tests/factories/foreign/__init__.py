"""Files of other systems, written to their specifications, every construct at least once.

Each text that must not be lost holds a mark of its own, ``m-…``: it is found again in what was
imported, or in the report.
"""

import re

from tests.factories.foreign.archives import cartridge, olx, qti2
from tests.factories.foreign.gift import GIFT
from tests.factories.foreign.moodle import MOODLE
from tests.factories.foreign.qti1 import QTI1
from tests.factories.foreign.table import TABLE

__all__ = ["GIFT", "MOODLE", "QTI1", "TABLE", "cartridge", "files", "marks", "olx", "qti2"]


def files() -> dict[str, tuple[str, bytes]]:
    """Each format's name, a file's name, its bytes."""
    return {
        "gift": ("bank.gift", GIFT.encode()),
        "moodle": ("bank.xml", MOODLE.encode()),
        "olx": ("course.tar.gz", olx()),
        "cartridge": ("course.imscc", cartridge()),
        "qti1": ("test.xml", QTI1.encode()),
        "qti2": ("package.zip", qti2()),
        "csv": ("table.csv", TABLE.encode()),
    }


def marks(text: str) -> set[str]:
    """Every mark in a text."""
    return set(re.findall(r"m-[a-z0-9]+(?:-[a-z0-9]+)*", text))
