"""The room's self-checks."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.graph.faults import broken
from hanmadang.curricula.models import Evidence
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.kernel.fsck import check
from hanmadang.people.models import Consent, ConsentKind


@check("evidence")
def evidence(session: Session) -> Iterator[str]:
    """Evidence from polls exists only under a consent that was not withdrawn."""
    consented = select(Consent.account_id).where(
        Consent.kind == ConsentKind.PATH.value, Consent.withdrawn_at.is_(None)
    )
    for account_id in session.scalars(
        select(Evidence.account_id).where(Evidence.account_id.not_in(consented)).distinct()
    ):
        yield f"account {account_id} has poll evidence without a consent"


@check("graph")
def graph(session: Session) -> Iterator[str]:
    """The competency graph holds together: known words, groups that make sense, no circle."""
    for fault in broken(read_graph(session)):
        others = f": {', '.join(fault.others)}" if fault.others else ""
        yield f"{fault.code} {fault.kind.value}{others}"
