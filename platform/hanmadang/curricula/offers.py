"""The form "use this for my path": shown after a vote, made from derived evidence alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula import on_device
from hanmadang.curricula.brought import Brought, summed
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.forms import OfferForm
from hanmadang.curricula.models import Evidence as Stored
from hanmadang.kernel import vocabulary
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.permissions import Viewer
from hanmadang.people import consents
from hanmadang.people.consents import ConsentText
from hanmadang.people.models import ConsentKind
from hanmadang.polls.domain import Evidence, KnowledgeEvidence


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form shows."""

    form: OfferForm
    consent: ConsentText
    knowledge: tuple[tuple[Bilingual, int, int], ...]
    """(competency, right, of)."""
    topics: tuple[Bilingual, ...]
    signed_in: bool
    asked: bool = False
    """Whether it comes from questions to the speakers, not from answers."""

    @property
    def consented(self) -> bool:
        """Whether the consent stands already, so that no box is shown."""
        return self.form.consented


def brought_from(poll_id: int, evidence: Iterable[Evidence]) -> Brought:
    """What a poll's page derived, as it travels. `Evidence` has no type for a stance."""
    pieces = list(evidence)
    answers = ((e.competency_code, e.correct) for e in pieces if isinstance(e, KnowledgeEvidence))
    topics = {
        code
        for piece in pieces
        if not isinstance(piece, KnowledgeEvidence)
        for code in piece.topic_codes
    }
    return Brought(poll_id, summed(answers), tuple(sorted(topics)))


def new_form(brought: Brought) -> OfferForm:
    """The form for that evidence, not yet sent."""
    form = OfferForm(formdata=None)
    form.payload.data = on_device.sign_offer(brought)
    return form


def make_offer(session: Session, asking: Viewer, brought: Brought, form: OfferForm) -> Offer:
    """The form with all that a person must read before they agree."""
    competencies = {found.code: found.name for found in vocabulary.competencies(session)}
    topics = {topic.code: topic.name for topic in vocabulary.topics(session)}
    consent = consents.CURRENT[ConsentKind.PATH]
    form.consented = has_agreed(session, asking)
    form.consent.label.text = consent.agree.shown(current_locale()).text
    return Offer(
        form,
        consent,
        tuple(
            (competencies[piece.competency], piece.right, piece.of)
            for piece in brought.knowledge
            if piece.competency in competencies
        ),
        tuple(topics[code] for code in brought.topics if code in topics),
        asking.is_signed_in,
        asked=brought.source is Source.QUESTION,
    )


def has_agreed(session: Session, asking: Viewer) -> bool:
    """Whether this account's consent stands; a device is asked each time."""
    account_id = asking.account_id
    return account_id is not None and consents.has_consent(session, account_id, ConsentKind.PATH)


def is_brought(session: Session, asking: Viewer, brought: Brought) -> bool:
    """Whether this person, or this device, brought from there already."""
    if asking.account_id is None:
        return any(one.brought.key == brought.key for one in on_device.read().kept)
    found = select(Stored.id).where(
        Stored.account_id == asking.account_id,
        Stored.source_kind == brought.source.value,
        Stored.source_ref == str(brought.poll_id),
    )
    return session.scalar(found.limit(1)) is not None
