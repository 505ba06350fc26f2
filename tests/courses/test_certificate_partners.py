"""A certificate names who answered for its course together with the house."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from hanmadang.courses import domain
from hanmadang.courses.domain import signing
from hanmadang.courses.models import Certificate
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Institution
from tests.factories import courses as make
from tests.factories.authoring import NOW, hand_in, make_editor, make_house


def test_it_names_the_partners_who_signed_the_version(write: Callable[[], Any]) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        for who in (house.first, house.second):
            signing.sign(session, who, version.id, content_hash=version.content_hash, now=NOW)
        citizen = make_editor(session, None, Role.CITIZEN)
        domain.enrol(session, citizen, house.course_id, locale="ko", now=NOW)
        for unit_id in make.unit_ids(session, version):
            domain.complete(session, citizen, unit_id, now=NOW)
        certificate = session.scalars(select(Certificate)).one()
        signers = select(Institution.name).where(Institution.id.in_(house.partner_ids))
        names = [name.to_json() for name in session.scalars(signers.order_by(Institution.id))]
        assert certificate.partners == names
        assert len(names) == 2
