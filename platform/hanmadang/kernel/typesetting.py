"""Documents on paper: a template of ours and data, set by typst; the one file that knows it.

Data reach a template only as one JSON text among its inputs, never as markup, so nothing a person
typed can become an instruction. The same data give the same bytes: no clock is read, and the
fonts are ours and those inside typst, never the machine's.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal, cast

import typst

from hanmadang.paths import STATIC, TEMPLATES

_FONTS = STATIC / "vendor" / "noto-serif-kr"
_ACCESSIBLE: Literal["ua-1"] = "ua-1"
"""PDF/UA-1, ISO 14289-1: typst refuses to write a file that it knows to break it."""
_PROBE = b"""#set document(title: "-")
#set text(lang: "ko", font: "Noto Serif CJK KR")
#sys.inputs.text"""


def pdf(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """The template (below `templates/`) with its data as an accessible PDF made at that instant."""
    return _set(template, data, format="pdf", pdf_standards=_ACCESSIBLE, timestamp=_second(at))


def png(template: str, data: Mapping[str, Any], dots_per_inch: int) -> bytes:
    """The first page of the same document as a picture."""
    return _set(template, data, format="png", ppi=float(dots_per_inch))


@lru_cache(maxsize=256)
def has_letters_for(text: str) -> bool:
    """Whether every character of the text can be set: what a typeface lacks would be a box."""
    try:
        typst.compile(
            _PROBE,
            sys_inputs={"text": text},
            font_paths=_fonts(),
            ignore_system_fonts=True,
            pdf_standards=_ACCESSIBLE,
        )
    except typst.TypstError:
        return False
    return True


def _set(template: str, data: Mapping[str, Any], **how: Any) -> bytes:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    made = typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        sys_inputs={"data": text},
        font_paths=_fonts(),
        ignore_system_fonts=True,
        **how,
    )
    return made[0] if isinstance(made, list) else cast("bytes", made)


def _second(at: datetime) -> int:
    return int(at.timestamp())


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(_FONTS)]
    )
