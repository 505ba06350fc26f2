"""Files of other systems that two editors sent, and what came out of them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses.domain.imports import keep_import
from hanmadang.courses.exchange import formats, own
from hanmadang.courses.exchange.apart import Read
from hanmadang.courses.exchange.imported import Format, Options
from hanmadang.courses.exchange.report import Note, Outcome
from hanmadang.kernel import clock
from tests.matrix.actors import Cast
from tests.matrix.canaries import Aviary


def of(session: Session, cast: Cast, aviary: Aviary) -> dict[str, Mapping[str, Any]]:
    """``import 1`` and ``import 2``, each its sender's alone, with words of theirs in it."""
    return {
        f"import {number}": {"import_id": _import(session, cast, aviary, f"partner-{number}")}
        for number in (1, 2)
    }


def _import(session: Session, cast: Cast, aviary: Aviary, name: str) -> int:
    filename = f"{aviary.mark(name, 'file name')}.gift"
    question = b"Which one? {=This ~That}"
    found = formats.read(filename, question, Options("en"), Format.GIFT)
    packed = own.Packed(found.course, found.pictures, found.media, found.is_bank, found.language)
    noted = Note(Outcome.KEPT, "{=…}", "line 1", detail=aviary.mark(name, "quoted words"))
    read = Read(Format.GIFT, "en", dict(found.figures()), (noted,), own.write(packed))
    return keep_import(session, cast.viewers[name], filename, read, now=clock.now()).id
