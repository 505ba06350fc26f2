"""One text in several languages, as Moodle writes it: ``<span lang="ko" class="multilang">``.

What stands outside of the marked parts belongs to every language.
"""

import re
from collections.abc import Callable

from hanmadang.courses.exchange.reasons import Reason
from hanmadang.kernel.bilingual import LANGUAGES

Told = Callable[[str, Reason, str], None]
_SPAN = re.compile(
    r'<span(?=[^>]{0,200}\bclass="multilang")[^>]{0,200}\blang="([A-Za-z_-]{2,12})"[^>]{0,200}>'
    r"(.*?)</span>",
    re.DOTALL,
)
_BRACES = re.compile(r"\{mlang\s+([A-Za-z_,\s-]{2,40})\}(.*?)\{mlang\}", re.DOTALL)


def split_languages(html: str, told: Told) -> list[tuple[str, str]]:
    """(language, its text) for each of the house's languages marked; empty without any mark."""
    pattern = _SPAN if 'class="multilang"' in html else _BRACES if "{mlang" in html else None
    if pattern is None:
        return []
    marked = {code for match in pattern.finditer(html) for code in _codes(match[1])}
    for match in pattern.finditer(html):
        if not set(_codes(match[1])) & {*LANGUAGES, "other"}:
            told(f"lang={match[1]}", Reason.OTHER_LANGUAGE, match[2])
    wanted = [language for language in LANGUAGES if language in marked]
    return [(language, _only(pattern, html, language)) for language in wanted]


def _only(pattern: re.Pattern[str], html: str, language: str) -> str:
    return pattern.sub(lambda match: match[2] if language in _codes(match[1]) else "", html)


def _codes(said: str) -> list[str]:
    return [code.strip().lower().replace("_", "-").split("-")[0] for code in said.split(",")]
