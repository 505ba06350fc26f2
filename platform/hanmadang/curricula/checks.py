"""The room's self-check."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.models import Evidence
from hanmadang.curricula.queries.facts import UNDER_CONSENT
from hanmadang.kernel.fsck import check
from hanmadang.people.models import Consent, ConsentKind


@check("evidence")
def evidence(session: Session) -> Iterator[str]:
    """Evidence from polls exists only under a consent that was not withdrawn."""
    consented = select(Consent.account_id).where(
        Consent.kind == ConsentKind.PATH.value, Consent.withdrawn_at.is_(None)
    )
    for account_id in session.scalars(
        select(Evidence.account_id)
        .where(
            Evidence.account_id.not_in(consented),
            Evidence.source_kind.in_([source.value for source in UNDER_CONSENT]),
        )
        .distinct()
    ):
        yield f"account {account_id} has poll evidence without a consent"
