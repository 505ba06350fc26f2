"""Check a closed poll of Hanmadang with nothing but Python: ``verify-poll.py RECORD [RECEIPT]``.

RECORD is the file that the results page offers (format "hanmadang-poll-record/1"). Recomputed:
the seal over all receipts (Merkle tree of RFC 9162, SHA-256), that the receipts are in order and
without doubles, that no question was answered by more people than there are receipts, and that
published cells add up. With RECEIPT it says whether those answers were counted. Ends with
status 0 when everything agrees, else with 1. Nothing here comes from Hanmadang's own package.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SMALLEST_CELL = 10


def head(leaves: list[bytes]) -> bytes:
    """The tree's head: leaves and nodes are told apart by their first byte."""
    if len(leaves) <= 1:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return hashlib.sha256(b"\1" + head(leaves[:left]) + head(leaves[left:])).digest()


def faults(record: dict[str, Any]) -> Iterator[str]:
    """Every way in which the file disagrees with itself."""
    receipts = record["receipts"]
    if record["format"] != "hanmadang-poll-record/1":
        yield f"unknown format {record['format']}"
    if receipts != sorted(set(receipts)):
        yield "the receipts are not in order, or one stands there twice"
    if head([receipt.encode() for receipt in receipts]).hex() != record["root"]:
        yield "the seal is not that of these receipts"
    for question in (each for each in record["questions"] if each["published"]):
        counts, answered = [row["count"] for row in question["rows"]], question["answered"]
        if answered > len(receipts):
            yield f"question {question['id']}: more answers than receipts"
        if any(count is not None and not SMALLEST_CELL <= count <= answered for count in counts):
            yield f"question {question['id']}: a cell is too small, or larger than the whole"
        if question["one"] and sum(counts) != answered:
            yield f"question {question['id']}: the cells do not add up"


def main(path: str, receipt: str = "") -> int:
    """Print what was found; the exit status."""
    record = json.loads(Path(path).read_text(encoding="utf-8"))
    found = list(faults(record))
    lines = [f"FAULT {fault}" for fault in found]
    verdict = "FAIL" if found else "PASS"
    lines.append(f"{len(record['receipts'])} receipts, seal {record['root']}: {verdict}")
    counted = receipt.lower() in record["receipts"]
    if receipt:
        lines.append(f"receipt {receipt}: {'counted' if counted else 'NOT COUNTED'}")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(found) or (bool(receipt) and not counted))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]) if len(sys.argv) > 1 else __doc__)
