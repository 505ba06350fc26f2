"""The pages of a pack: a door, an index and a page for each unit, in each language."""

import json
from collections.abc import Iterator, Sequence
from functools import partial

from hanmadang.courses.packs import media, solutions
from hanmadang.courses.queries.offline import PackContent, PackUnit
from hanmadang.courses.specs import Body, GapsBody
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.pages import fragment


def made(
    content: PackContent, languages: Sequence[str], has: media.Chosen
) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every page."""
    for language in languages:
        with use_locale(language):
            page = fragment(
                "courses/offline/pack_index.html", content=content, up="../", languages=languages,
                base=settings().base_url,
            )  # fmt: skip
            yield f"{language}/index.html", page.encode()
            for place, unit in enumerate(content.units):
                html = _unit(content, place, language, languages, has)
                yield f"{language}/{unit.file}", html.encode()
    with use_locale(languages[0]):
        door = fragment("courses/offline/pack_door.html", content=content, languages=languages)
    yield "index.html", door.encode()


def _unit(
    content: PackContent, place: int, language: str, languages: Sequence[str], has: media.Chosen
) -> str:
    units = content.units
    unit = units[place]
    return fragment(
        "courses/offline/pack_unit.html",
        content=content,
        unit=unit,
        blocks=[(each, media.inside(each.html[language], has)) for each in unit.blocks],
        previous=units[place - 1] if place else None,
        next=units[place + 1] if place + 1 < len(units) else None,
        up="../",
        languages=languages,
        base=settings().base_url,
        online=_address(content, unit, language),
        key=solutions.key,
        typed_key=lambda body: json.dumps(solutions.typed_key(body), ensure_ascii=False),
        solution=partial(solutions.solution, language=language),
        is_checked=lambda body: not _is_partly_typed(body),
    )


def _address(content: PackContent, unit: PackUnit, language: str) -> str:
    return f"{settings().base_url}/{language}/courses/{content.slug}/{unit.module_slug}/{unit.slug}"


def _is_partly_typed(body: Body) -> bool:
    parts = body.gaps if isinstance(body, GapsBody) else (body,)
    return any(map(solutions.is_typed, parts))
