"""What a block holds, and its HTML, written once at publication and stored beside the source.

Of blocks that hold a place for something living (a question, a learner's own words, an event, a
poll) only the author's words are written here; the lesson page adds the rest.
"""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from hanmadang.courses.blocks import shown, written
from hanmadang.courses.blocks.files import NO_FILES, Files
from hanmadang.courses.specs import (
    AudioBlock,
    BlockSpec,
    DocumentBlock,
    EventBlock,
    ImageBlock,
    MapBlock,
    PerspectivesBlock,
    PollBlock,
    QuestionBlock,
    ReflectionBlock,
    TableBlock,
    TextBlock,
    TimelineBlock,
    VideoBlock,
)
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.pages import show_rich


def html(block: BlockSpec, files: Files = NO_FILES) -> dict[str, str]:
    """The block in every language of the house, with a badge where a translation is behind."""
    pages = {}
    for language in LANGUAGES:
        with use_locale(language):
            pages[language] = str(_RENDERERS[type(block)](block, language, files))
    return pages


def _prompt(block: ReflectionBlock, language: str, _files: Files) -> Markup:
    return show_rich(block.prompt, language)


def _body(block: EventBlock | PollBlock, language: str, _files: Files) -> Markup:
    return show_rich(block.body, language)


def _nothing(_block: QuestionBlock, _language: str, _files: Files) -> Markup:
    return Markup()


_RENDERERS: Mapping[type[BlockSpec], Callable[[Any, str, Files], Markup]] = {
    TextBlock: written.text,
    PerspectivesBlock: written.views,
    TableBlock: written.table,
    TimelineBlock: written.timeline,
    MapBlock: written.places,
    ImageBlock: shown.image,
    VideoBlock: shown.video,
    AudioBlock: shown.audio,
    DocumentBlock: shown.document,
    ReflectionBlock: _prompt,
    EventBlock: _body,
    PollBlock: _body,
    QuestionBlock: _nothing,
}
