"""What is stored of the pictures and files that blocks name."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hanmadang.courses.specs import (
    AudioBlock,
    BlockSpec,
    DocumentBlock,
    ImageBlock,
    VideoBlock,
)
from hanmadang.kernel.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Files:
    """What a page must know of them beforehand; nothing is said of what is not stored."""

    pictures: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """{name: (width, height)}."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """{name: bytes}."""


NO_FILES = Files()


def is_stored_here(media: str) -> bool:
    """Whether `media` names a file of ours rather than a web address."""
    return not media.startswith("https://")


def pictures_of(blocks: Iterable[BlockSpec]) -> set[str]:
    """The names of the pictures that blocks show."""
    return {block.picture for block in blocks if isinstance(block, ImageBlock)}


def media_of(blocks: Iterable[BlockSpec]) -> set[str]:
    """The names of the stored files that blocks play or offer."""
    named = (b.media for b in blocks if isinstance(b, VideoBlock | AudioBlock | DocumentBlock))
    return {media for media in named if is_stored_here(media)}


def captions_of(blocks: Iterable[BlockSpec]) -> Iterator[bytes]:
    """The caption files that blocks hold, as they are stored."""
    for block in blocks:
        if isinstance(block, VideoBlock) and block.captions is not None:
            for part in block.captions.parts.values():
                yield caption_file(part.text)


def caption_file(text: str) -> bytes:
    """WebVTT as bytes; a last line without an end would lose its cue in some players."""
    return f"{text}\n".encode()


def caption_names(captions: Bilingual) -> Mapping[str, str]:
    """{language: name of its stored file}: the name follows from the text."""
    return {
        language: f"{hashlib.sha256(caption_file(part.text)).hexdigest()[:32]}.vtt"
        for language, part in captions.parts.items()
    }
