"""Bringing evidence in, and forgetting it. Nothing here, or above it, reads a ballot."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.curricula.brought import Device, Kept
from hanmadang.curricula.domain.choices import unclaim
from hanmadang.curricula.domain.paths import forget_plans, one_at_a_time, wish
from hanmadang.curricula.domain.showing import untry
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.models import Evidence, EvidenceKind, Preference
from hanmadang.curricula.queries.facts import UNDER_CONSENT
from hanmadang.curricula.wishes import Wishes
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Competency, Topic
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.models import Poll


class NoConsentError(DomainError):
    """Evidence may only be kept under the person's consent (422)."""

    status = 422
    text = lazy("Please agree first, if you want your answers to shape your path.")


def take_evidence(
    session: Session,
    actor: Viewer,
    kept: Kept,
    *,
    consent: bool,
    now: datetime,
) -> int:
    """Keep what a person brings from a poll, under their consent; returns the number of pieces.

    Pieces brought from the same poll before are replaced; codes the house does not know are
    passed over. Raises NoConsentError, and NotFoundError for an unknown poll.
    """
    if not consent:
        raise NoConsentError
    account_id, poll_id = actor.id, kept.brought.poll_id
    title = session.scalar(select(Poll.title).where(Poll.id == poll_id))
    if title is None:
        raise NotFoundError
    one_at_a_time(session, account_id)
    consents.grant(session, account_id, ConsentKind.PATH, now=now, actor=actor)
    pieces = _pieces(session, account_id, kept, title)
    _forget_before(session, account_id, kept)
    session.add_all(pieces)
    audit.record(
        session, actor, "evidence.brought", kind="account", id=account_id, subject_id=account_id
    )
    session.flush()
    return len(pieces)


def forget_piece(session: Session, actor: Viewer, evidence_id: int) -> None:
    """Delete one piece of one's own. Raises NotFoundError for anybody else's."""
    one_at_a_time(session, actor.id)
    gone = session.execute(
        delete(Evidence)
        .where(Evidence.id == evidence_id, Evidence.account_id == actor.id)
        .returning(Evidence.source_kind, Evidence.source_ref, Evidence.competency_code)
    ).first()
    if gone is None:
        raise NotFoundError
    if gone.source_kind == Source.CHECK.value:
        unclaim(session, actor.id, gone.source_ref)
    if gone.source_kind == Source.PRETEST.value:
        untry(session, actor.id, gone.competency_code)
    forget_plans(session, actor.id)
    audit.record(
        session, actor, "evidence.forgotten", kind="account", id=actor.id, subject_id=actor.id
    )


def forget_all(session: Session, account_id: int) -> None:
    """Delete all that stands under the consent `path`, and the paths that rested on it."""
    one_at_a_time(session, account_id)
    under = [source.value for source in UNDER_CONSENT]
    session.execute(
        delete(Evidence).where(Evidence.account_id == account_id, Evidence.source_kind.in_(under))
    )
    forget_plans(session, account_id)


def carry_over(session: Session, account_id: int, device: Device, *, now: datetime) -> int:
    """Move what a device kept into the account; returns the number of pieces.

    Evidence moves only where its person agreed, on that device, to today's consent text. Wishes
    move only where the account has none of its own.
    """
    current = consents.CURRENT[ConsentKind.PATH].version
    moved = 0
    for kept in device.kept if device.consent_version == current else ():
        if session.get(Poll, kept.brought.poll_id):
            moved += take_evidence(session, Viewer(account_id), kept, consent=True, now=now)
    if device.wishes != Wishes() and session.get(Preference, account_id) is None:
        wish(session, account_id, device.wishes)
    return moved


def _pieces(session: Session, account_id: int, kept: Kept, title: Bilingual) -> list[Evidence]:
    source = {
        "account_id": account_id,
        "source_kind": kept.brought.source.value,
        "source_ref": str(kept.brought.poll_id),
        "source_label": title,
        "consent_version": consents.CURRENT[ConsentKind.PATH].version,
        "created_on": kept.day,
    }
    competencies = set(session.scalars(select(Competency.code)))
    topics = set(session.scalars(select(Topic.code)))
    known, wished = EvidenceKind.KNOWLEDGE.value, EvidenceKind.INTEREST.value
    return [
        Evidence(kind=known, competency_code=k.competency, right=k.right, of=k.of, **source)
        for k in kept.brought.knowledge
        if k.competency in competencies
    ] + [
        Evidence(kind=wished, topic_code=topic, **source)
        for topic in kept.brought.topics
        if topic in topics
    ]


def _forget_before(session: Session, account_id: int, kept: Kept) -> None:
    session.execute(
        delete(Evidence).where(
            Evidence.account_id == account_id,
            Evidence.source_kind == kept.brought.source.value,
            Evidence.source_ref == str(kept.brought.poll_id),
        )
    )
