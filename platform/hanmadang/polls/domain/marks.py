"""What a request leaves on the ballots it wrote, by which it is known when it comes again."""

from collections.abc import Mapping
from typing import Any

from hanmadang.kernel.ids import keyed
from hanmadang.polls.shapes import Answer
from hanmadang.polls.words import Texts


def mark_of(
    secret: str, key: str, answers: Mapping[int, Answer], texts: Mapping[int, Texts]
) -> str:
    """The request's key and its contents, both hashed under the poll's secret.

    Of texts their forms, for ids come and go with the answers that hold them.
    """
    contents: list[tuple[int, list[Any]]] = [(each, list(sent)) for each, sent in answers.items()]
    contents += [(each, [text.folded for text in sent]) for each, sent in texts.items()]
    contents.sort()
    return f"{keyed(secret, 'key', key)[:16]}.{keyed(secret, 'request', contents)[:16]}"


def same_key(one: str, other: str) -> bool:
    """Whether two marks are of requests with the same key, whatever they held."""
    return one.partition(".")[0] == other.partition(".")[0]
