"""Words of an item without their markup."""

import re

_TRUE, _FALSE = (
    {"true", "참", "맞음", "o", "t", "예"},
    {"false", "거짓", "틀림", "x", "f", "아니요"},
)


def truth(html: str) -> bool | None:
    """Whether they say true, or false, or neither."""
    words = bare(html).strip().lower().rstrip(".")
    return True if words in _TRUE else False if words in _FALSE else None


def bare(html: str) -> str:
    """Without tags and the marks of gaps."""
    return re.sub(r"<[^<>]{0,500}>|[\ue202\ue203]", " ", html).strip()
