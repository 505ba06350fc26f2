"""Names for inputs: equal inputs have equal names, on every machine."""

import hashlib
import json
from datetime import date
from typing import Any


def marked(whole: Any) -> str:
    """The SHA-256 of its JSON, keys sorted."""
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()
