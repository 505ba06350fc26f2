"""Bringing evidence, forgetting it, wishes, links: what is kept, and what is not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.courses.models import CourseVersion, Module
from hanmadang.curricula import domain, queries
from hanmadang.curricula.brought import Device, Kept
from hanmadang.curricula.domain.evidence import NoConsentError
from hanmadang.curricula.engine.reasons import Interest, Need
from hanmadang.curricula.models import Evidence, LinkRole, ModuleLink, Preference, StoredPlan
from hanmadang.curricula.wishes import Wishes
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Permission, Role, Viewer
from hanmadang.people import consents, privacy_registry
from hanmadang.people.models import Consent, ConsentKind
from tests.curricula.conftest import House, Opener
from tests.factories import events
from tests.factories.courses import course, publish
from tests.factories.curricula import (
    NOW,
    TODAY,
    bring,
    brought,
    module_id,
    publish_shelf,
    taught,
    unit_id,
)
from tests.factories.people import make_account

PATH = consents.CURRENT[ConsentKind.PATH]
Plan = Callable[..., Any]


def count(session: Any, model: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(model)))


# bringing


def test_evidence_is_kept_by_the_day_with_its_source_and_consent(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        what = brought(house_with_poll.poll_id, ("armistice", 0, 1), topics=("culture",))
        assert bring(session, house_with_poll.account_id, what) == 2
    with read() as session:
        knowledge, interest = session.scalars(select(Evidence).order_by(Evidence.id))
        assert (knowledge.kind, knowledge.competency_code, knowledge.right, knowledge.of) == (
            "knowledge", "armistice", 0, 1,
        )  # fmt: skip
        assert (interest.kind, interest.topic_code) == ("interest", "culture")
        assert knowledge.source_label.get("en") == "Three questions for the audience"
        assert (knowledge.created_on, knowledge.consent_version) == (TODAY, PATH.version)
        assert consents.has_consent(session, house_with_poll.account_id, ConsentKind.PATH)


def test_no_column_of_evidence_is_finer_than_a_day() -> None:
    kinds = {column.name: str(column.type) for column in Evidence.__table__.columns}
    assert kinds["created_on"] == "DATE"
    assert not [name for name, kind in kinds.items() if "TIME" in kind]


def test_without_consent_nothing_is_kept(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    kept = Kept(brought(house_with_poll.poll_id, ("armistice", 0, 1)), TODAY)
    viewer = Viewer(house_with_poll.account_id)
    with write() as session, pytest.raises(NoConsentError):
        domain.take_evidence(session, viewer, kept, consent=False, now=NOW)
    with read() as session:
        assert (count(session, Evidence), count(session, Consent)) == (0, 0)


def test_bringing_the_same_poll_again_replaces_what_it_said(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        for right in (0, 1):
            what = brought(house_with_poll.poll_id, ("armistice", right, 1))
            bring(session, house_with_poll.account_id, what)
    with read() as session:
        assert [row.right for row in session.scalars(select(Evidence))] == [1]


def test_unknown_codes_are_passed_over_and_unknown_polls_refused(
    house_with_poll: House, write: Opener
) -> None:
    with write() as session:
        odd = brought(house_with_poll.poll_id, ("no-such", 0, 1), topics=("none",))
        assert bring(session, house_with_poll.account_id, odd) == 0
    with write() as session, pytest.raises(NotFoundError):
        bring(session, house_with_poll.account_id, brought(999, ("armistice", 0, 1)))


def test_the_audit_says_that_evidence_was_brought_and_not_which(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        what = brought(house_with_poll.poll_id, ("armistice", 0, 1))
        bring(session, house_with_poll.account_id, what)
    with read() as session:
        entry = session.scalars(select(AuditEntry).filter_by(action="evidence.brought")).one()
        assert (entry.object_kind, entry.subject_id, entry.detail) == (
            "account", house_with_poll.account_id, "",
        )  # fmt: skip


# what evidence does to a path, and what its loss undoes


def test_a_missed_question_changes_the_path_at_once(
    house_with_poll: House, write: Opener, plan: Plan
) -> None:
    before = plan(house_with_poll.account_id)
    with write() as session:
        what = brought(house_with_poll.poll_id, ("armistice", 0, 1), topics=("culture",))
        bring(session, house_with_poll.account_id, what)
        line, songs = unit_id(session, "line"), unit_id(session, "songs")
    after = plan(house_with_poll.account_id)
    assert before.plan != after.plan
    assert Need("armistice", 0, 1) in after.step(line).reasons
    assert Interest("culture", "poll") in after.step(songs).reasons


def test_forgetting_a_piece_takes_its_reason_away(
    house_with_poll: House, write: Opener, plan: Plan
) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        bring(session, account_id, brought(house_with_poll.poll_id, ("armistice", 0, 1)))
        piece = session.scalars(select(Evidence.id)).one()
    with write() as session:
        domain.forget_piece(session, Viewer(account_id), piece)
        line = unit_id(session, "line")
    step = plan(account_id).step(line)
    assert step is None or not [why for why in step.reasons if isinstance(why, Need)]


def test_nobody_forgets_the_evidence_of_another(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        what = brought(house_with_poll.poll_id, ("armistice", 0, 1))
        bring(session, house_with_poll.account_id, what)
        piece = session.scalars(select(Evidence.id)).one()
        other = make_account(session).id
    with write() as session, pytest.raises(NotFoundError):
        domain.forget_piece(session, Viewer(other), piece)
    with read() as session:
        assert count(session, Evidence) == 1


def test_withdrawing_the_consent_deletes_poll_evidence_and_stored_paths_of_one_person(
    house_with_poll: House, write: Opener, read: Opener, plan: Plan
) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        other = make_account(session).id
        for person in (account_id, other):
            bring(session, person, brought(house_with_poll.poll_id, ("armistice", 0, 1)))
            domain.wish(session, person, Wishes(30, {"economy": 3}))
    made = plan(account_id)
    with write() as session:
        domain.store_plan(session, account_id, "ko", made, now=NOW)
    with write() as session:
        consents.withdraw(session, account_id, ConsentKind.PATH, now=NOW)
    with read() as session:
        assert set(session.scalars(select(Evidence.account_id))) == {other}
        assert count(session, StoredPlan) == 0
        assert session.get_one(Preference, account_id).topics == ["economy"]
    assert plan(account_id).learner.knowledge == ()


def test_withdrawing_another_consent_keeps_the_evidence(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        account_id = house_with_poll.account_id
        bring(session, account_id, brought(house_with_poll.poll_id, ("armistice", 0, 1)))
        consents.grant(session, account_id, ConsentKind.REMINDERS, now=NOW)
        consents.withdraw(session, account_id, ConsentKind.REMINDERS, now=NOW)
    with read() as session:
        assert count(session, Evidence) == 1


# a device's evidence at sign-in


def device(poll_id: int, **fields: Any) -> Device:
    usual: dict[str, Any] = {
        "kept": (Kept(brought(poll_id, ("armistice", 0, 1)), TODAY - timedelta(days=3)),),
        "wishes": Wishes(45, {"culture": 3}),
        "consent_version": PATH.version,
    }
    return Device(**usual | fields)


def test_what_a_device_kept_moves_with_its_day_its_consent_and_its_wishes(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        assert domain.carry_over(session, account_id, device(house_with_poll.poll_id), now=NOW) == 1
    with read() as session:
        row = session.scalars(select(Evidence)).one()
        wish = session.get_one(Preference, account_id)
        assert row.created_on == TODAY - timedelta(days=3)
        assert (wish.minutes_per_week, wish.topics) == (45, ["culture"])
        assert consents.has_consent(session, account_id, ConsentKind.PATH)


def test_evidence_agreed_to_under_an_older_text_does_not_move(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    old = device(house_with_poll.poll_id, consent_version="2020-01")
    with write() as session:
        assert domain.carry_over(session, house_with_poll.account_id, old, now=NOW) == 0
    with read() as session:
        assert (count(session, Evidence), count(session, Consent)) == (0, 0)


def test_a_poll_that_is_gone_is_passed_over(house_with_poll: House, write: Opener) -> None:
    with write() as session:
        assert domain.carry_over(session, house_with_poll.account_id, device(999), now=NOW) == 0


def test_an_accounts_own_wishes_stand(house_with_poll: House, write: Opener) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        domain.wish(session, account_id, Wishes(90, {"economy": 3}))
        domain.carry_over(session, account_id, device(house_with_poll.poll_id), now=NOW)
        assert session.get_one(Preference, account_id).minutes_per_week == 90


# wishes and stored paths


def test_wishes_are_kept_once_inside_their_bounds_and_only_known_topics(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        domain.wish(session, account_id, Wishes(5, {"culture": 1, "nonsense": 3}))
        domain.wish(session, account_id, Wishes(9_999, {"history": 2, "culture": 9}))
    with read() as session:
        row = session.scalars(select(Preference)).one()
        assert (row.minutes_per_week, row.topics) == (600, ["culture", "history"])


def test_a_stored_path_is_used_until_its_inputs_change(
    house_with_poll: House, write: Opener, plan: Plan
) -> None:
    account_id = house_with_poll.account_id
    made = plan(account_id)
    with write() as session:
        domain.store_plan(session, account_id, "ko", made, now=NOW)
    again = plan(account_id)
    assert (made.is_new, again.is_new, again.plan == made.plan) == (True, False, True)
    with write() as session:
        bring(session, account_id, brought(house_with_poll.poll_id, ("armistice", 0, 1)))
    assert plan(account_id).is_new


def test_a_path_of_an_older_engine_is_made_anew(
    house_with_poll: House, write: Opener, plan: Plan
) -> None:
    account_id = house_with_poll.account_id
    made = plan(account_id)
    with write() as session:
        domain.store_plan(session, account_id, "ko", made, now=NOW)
    with write() as session:
        session.get_one(StoredPlan, (account_id, "ko")).engine_version = "0"
    assert plan(account_id).is_new


# links between modules and events


def test_a_link_outlives_a_new_version_of_its_course(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        event_id = events.make_event(session).id
        domain.link_module(session, event_id, module_id(session), LinkRole.LEAD_IN)
        publish(session, course(taught("war", "war", "history", minutes=20)))
    with read() as session:
        (linked,) = queries.links_of_event(session, event_id)
        assert (linked.role, linked.minutes) == (LinkRole.LEAD_IN, {"ko": 20, "en": 21})
        assert session.scalar(select(func.count(CourseVersion.id))) == 2


def test_linking_twice_makes_one_link(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        event_id = events.make_event(session).id
        module = module_id(session)
        one, two = (
            domain.link_module(session, event_id, module, LinkRole.LEAD_IN) for _ in range(2)
        )
        other = domain.link_module(session, event_id, module, LinkRole.FOLLOW_UP)
        assert (one.id == two.id, one.id == other.id) == (True, False)


def test_only_published_modules_and_events_one_may_see_are_linked(write: Opener) -> None:
    editor = Viewer(77, roles=frozenset({Role.PARTNER_EDITOR}))
    assert editor.may(Permission.CURRICULA_EDIT)
    with write() as session:
        publish_shelf(session)
        draft = events.make_event(session, published=False)
        shown = events.make_event(session)
        module = module_id(session)
        for event_id, wanted in ((draft.id, module), (shown.id, 999), (999, module)):
            with pytest.raises(NotFoundError):
                domain.link_module(session, event_id, wanted, LinkRole.LEAD_IN, actor=editor)
        publish(session, course(taught("war", "war", "history", minutes=20)))
        old = session.scalars(select(Module.id).order_by(Module.id)).first()
        with pytest.raises(NotFoundError):
            domain.link_module(session, shown.id, old or 0, LinkRole.LEAD_IN, actor=editor)


def test_a_link_is_removed_and_another_drafts_link_is_not_found(
    write: Opener, read: Opener
) -> None:
    editor = Viewer(77, roles=frozenset({Role.PARTNER_EDITOR}))
    with write() as session:
        publish_shelf(session)
        shown, draft = events.make_event(session), events.make_event(session, published=False)
        links = [
            domain.link_module(session, event.id, module_id(session), LinkRole.LEAD_IN).id
            for event in (shown, draft)
        ]
    with write() as session:
        domain.unlink(session, editor, links[0])
    with write() as session, pytest.raises(NotFoundError):
        domain.unlink(session, editor, links[1])
    with read() as session:
        assert session.scalars(select(ModuleLink.id)).all() == [links[1]]


# personal data


def test_everything_is_handed_over_and_everything_is_erased(
    house_with_poll: House, write: Opener, read: Opener, plan: Plan
) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        what = brought(house_with_poll.poll_id, ("armistice", 0, 1), topics=("culture",))
        bring(session, account_id, what)
        domain.wish(session, account_id, Wishes(45, {"economy": 3}))
    made = plan(account_id)
    with write() as session:
        domain.store_plan(session, account_id, "ko", made, now=NOW)
    with read() as session:
        held = privacy_registry.export_all(session, account_id)["curricula"]
    assert [piece["about"] for piece in held["evidence"]] == ["armistice", "culture"]
    assert (held["minutes_per_week"], held["interests"]) == (45, {"economy": 3})
    assert held["paths"][0]["inputs_hash"] == made.inputs_hash
    with write() as session:
        privacy_registry.erase_all(session, account_id, NOW)
    with read() as session:
        assert [count(session, model) for model in (Evidence, Preference, StoredPlan)] == [0, 0, 0]
