"""The question bank: kept once, copied into units, and told apart when the original changed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import writing
from hanmadang.courses.domain.drafts import save_unit
from hanmadang.courses.domain.publishing import UnknownWordError
from hanmadang.courses.editing.difference import leaves
from hanmadang.courses.editing.file import question_file
from hanmadang.courses.editing.steps import free_slug
from hanmadang.courses.editing.texts import text_of
from hanmadang.courses.models import BankEntry, BankUse, DraftUnit
from hanmadang.courses.reading import Table, read_question
from hanmadang.courses.rules_authoring import can_edit
from hanmadang.courses.specs import QuestionSpec
from hanmadang.kernel import audit
from hanmadang.kernel.errors import ConflictError, RefusedError
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.text import search_form
from hanmadang.kernel.vocabulary import Competency

_SLUG = "question"


def keep(  # noqa: PLR0913  (who keeps what, for whom, from where)
    session: Session, actor: Viewer, questions: Iterable[QuestionSpec], *,
    institution_id: int | None, origin: str = "", now: datetime,
) -> list[BankEntry]:  # fmt: skip
    """Keep questions in the bank of an institution; one that is there already is kept once.

    Raises RefusedError, UnknownWordError for a competency that the vocabulary does not hold.
    """
    contents = [writing.write_question(each) for each in questions]
    kept = keep_contents(
        session, actor, contents, institution_id=institution_id, origin=origin, now=now
    )
    return [entry for entry, _is_new in kept]


def keep_contents(  # noqa: PLR0913  (who keeps what, for whom, from where)
    session: Session, actor: Viewer, contents: Iterable[Mapping[str, Any]], *,
    institution_id: int | None, origin: str = "", now: datetime,
) -> list[tuple[BankEntry, bool]]:  # fmt: skip
    """The same of questions in their file form; one of their languages may still be missing.

    Says of each whether it is new. Raises RefusedError, UnknownWordError.
    """
    if not can_edit(actor, institution_id, ()):
        raise RefusedError("bank")
    files = [dict(each) | {"slug": _SLUG} for each in contents]
    _check_words(session, {each["competency"] for each in files})
    kept = [_kept(session, actor, each, institution_id, origin, now) for each in files]
    session.flush()
    return kept


def _check_words(session: Session, codes: Collection[str]) -> None:
    unknown = set(codes) - set(session.scalars(select(Competency.code)))
    if unknown:
        raise UnknownWordError(unknown)


def _kept(  # noqa: PLR0913, PLR0917  (a row has these sides)
    session: Session, actor: Viewer, content: dict[str, Any], institution_id: int | None,
    origin: str, now: datetime,
) -> tuple[BankEntry, bool]:  # fmt: skip
    digest = writing.file_hash(content)
    same = select(BankEntry).where(
        BankEntry.content_hash == digest,
        BankEntry.institution_id.is_not_distinct_from(institution_id),
    )
    entry = session.scalars(same).first()
    if entry is not None:
        return entry, False
    entry = BankEntry(
        institution_id=institution_id, origin=origin, created_by=actor.account_id, updated_at=now,
        **_sides(content, digest),
    )  # fmt: skip
    session.add(entry)
    session.flush()
    audit.record(session, actor, "bank.kept", kind="bank_entry", id=entry.id)
    return entry, True


def _sides(content: Mapping[str, Any], digest: str) -> dict[str, Any]:
    return {
        "kind": content["kind"],
        "competency_code": content["competency"],
        "text": text_of(content["text"]),
        "search": search_form(*leaves({**content, "competency": ""}).values()),
        "content": dict(content),
        "content_hash": digest,
    }


def rewrite(  # noqa: PLR0913  (who rewrites what, as they read it)
    session: Session, actor: Viewer, entry: BankEntry, content: Mapping[str, Any], *,
    content_hash: str, now: datetime,
) -> None:  # fmt: skip
    """Change an entry; units that took it keep their copy and are told.

    Raises RefusedError, CourseFileError, ConflictError where somebody changed it since.
    """
    if not can_edit(actor, entry.institution_id, ()):
        raise RefusedError(entry.id)
    if entry.content_hash != content_hash:
        raise ConflictError(entry.id)
    spec = read_question(Table(question_file(content)))
    _check_words(session, {spec.competency})
    whole = writing.write_question(spec) | {"slug": _SLUG}
    for name, value in _sides(whole, writing.file_hash(whole)).items():
        setattr(entry, name, value)
    entry.updated_at = now
    audit.record(session, actor, "bank.rewritten", kind="bank_entry", id=entry.id)
    session.flush()


def take(
    session: Session, actor: Viewer, unit: DraftUnit, entry: BankEntry, *, now: datetime
) -> str:
    """Copy an entry into a unit; returns the copy's slug there."""
    slug = free_slug(unit.content)
    content = dict(unit.content)
    content["questions"] = [*content.get("questions", ()), entry.content | {"slug": slug}]
    unit_id = unit.id
    save_unit(session, actor, unit_id, content, revision=unit.revision, now=now)
    session.merge(
        BankUse(unit_id=unit_id, question=slug, entry_id=entry.id, content_hash=entry.content_hash)
    )
    session.flush()
    return slug


def keep_from(
    session: Session, actor: Viewer, unit: DraftUnit, question: Mapping[str, Any], *, now: datetime
) -> BankEntry:
    """Keep a unit's question, for other courses to use. Raises CourseFileError."""
    spec = read_question(Table(question_file(question)))
    entry = keep(session, actor, [spec], institution_id=actor.institution_id, now=now)[0]
    session.merge(
        BankUse(
            unit_id=unit.id, question=str(question["slug"]), entry_id=entry.id,
            content_hash=entry.content_hash,
        )
    )  # fmt: skip
    session.flush()
    return entry


def renew(session: Session, actor: Viewer, unit: DraftUnit, slug: str, *, now: datetime) -> None:
    """Put the entry as it reads now in the place of its copy."""
    use = session.get_one(BankUse, (unit.id, slug))
    entry = session.get_one(BankEntry, use.entry_id)
    content = dict(unit.content)
    content["questions"] = [
        entry.content | {"slug": slug} if each["slug"] == slug else each
        for each in content.get("questions", ())
    ]
    use.content_hash = entry.content_hash
    save_unit(session, actor, unit.id, content, revision=unit.revision, now=now)
