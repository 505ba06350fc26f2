"""A proposal's whole life through the pages, in Korean and in English, without script."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.forums.models import Call, ExpertProfile, Proposal, ProposalState
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role
from hanmadang.reminders.models import OutboxMail
from tests.factories.forums import NOW, make_call, make_expert, make_forum, make_proposal
from tests.forums.conftest import Enter

PERSON = {
    "name": "바트 에르덴", "affiliation": "울란바토르 도시연구소", "country": "MN",
    "zone": "Asia/Ulaanbaatar", "attendance": "remote", "languages": ["ko", "xx"], "bio": "",
    "bio_language": "ko",
}  # fmt: skip
TEXTS = {
    "ko": {"title": "초원의 도시와 교류", "abstract": "우리가 해 본 교류."},
    "en": {"title": "Cities of the steppe", "abstract": "Exchange as we tried it."},
}


def filled(language: str, **changes: Any) -> dict[str, Any]:
    rest = {"language": language, "format": "talk", "minutes": "20", "notes": "", "act": "submit"}
    return PERSON | TEXTS[language] | rest | changes


def arrange(write: Any) -> int:
    with write() as session:
        return make_call(session, make_forum(session, slug="cities")).id


@pytest.mark.parametrize("language", ["ko", "en"])
def test_from_registering_to_the_public_programme(
    app: Flask, write: Any, read: Any, sign_in: Any, language: str
) -> None:
    call_id = arrange(write)
    expert, organizer = sign_in(Role.CITIZEN), sign_in(Role.ADMINISTRATOR)
    reviewer, home = sign_in(Role.REVIEWER), f"/{language}"
    texts = TEXTS[language]

    answer = expert.send(f"{home}/forums/cities/propose", filled(language))
    assert (answer.status_code, answer.location) == (303, f"{home}/my/proposals")
    with read() as session:
        proposal = session.scalars(select(Proposal)).one()
        assert (proposal.state, proposal.locale) == (ProposalState.SUBMITTED, language)
        assert session.scalars(select(ExpertProfile.languages)).one() == ["ko"]
        key, number = proposal.key, proposal.id
        event_id = session.get_one(Call, call_id).event_id

    assert reviewer.send(f"{home}/desk/reviews/{key}", {"score": "4"}).status_code == 303
    assert "4.0" in organizer.get(f"{home}/desk/calls/{call_id}/proposals").text
    decision = {"outcome": "accepted", "desk_version": "1"}
    assert organizer.send(f"{home}/desk/proposals/{key}/decide", decision).status_code == 303
    plan = {"proposal": str(number), "starts": "2026-12-20T15:00", "minutes": "20", "room": ""}
    programme = f"{home}/desk/forums/{event_id}/programme"
    assert organizer.send(programme, plan).status_code == 303

    preview = organizer.get(f"{home}/desk/calls/{call_id}/release").text
    assert texts["title"] in preview
    seen = re.search(r'name="seen" value="(\w+)"', preview)
    assert seen is not None
    sent = organizer.send(f"{home}/desk/calls/{call_id}/release", {"seen": seen[1]})
    assert sent.status_code == 303

    confirm = f"{home}/my/proposals/{key}/confirm"
    assert confirm in expert.get(f"{home}/my/proposals").text
    assert expert.send(confirm).status_code == 303
    assert texts["title"] not in app.test_client().get(f"{home}/forums/cities").text
    assert organizer.send(f"{programme}/publish").status_code == 303
    page = app.test_client().get(f"{home}/forums/cities").text
    assert texts["title"] in page
    assert "바트 에르덴 (울란바토르 도시연구소)" in page
    with read() as session:
        kinds = session.scalars(select(OutboxMail.kind).order_by(OutboxMail.id)).all()
        assert kinds == ["forum.received", "forum.accepted", "forum.confirmed"]


def test_a_double_click_sends_one_proposal(write: Any, read: Any, sign_in: Any) -> None:
    arrange(write)
    expert, key = sign_in(Role.CITIZEN), new_key()
    form = filled("ko", idempotency_key=key)
    one, two = (expert.send("/ko/forums/cities/propose", form) for _ in range(2))
    assert (one.status_code, one.location) == (two.status_code, two.location)
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Proposal)) == 1
        assert session.scalar(select(func.count()).select_from(OutboxMail)) == 1


def test_a_draft_is_kept_and_sent_later(write: Any, read: Any, sign_in: Any) -> None:
    arrange(write)
    expert = sign_in(Role.CITIZEN)
    draft = filled("en", act="draft", abstract="", format="", minutes="")
    kept = expert.send("/en/forums/cities/propose", draft)
    assert kept.status_code == 303
    assert "/en/my/proposals/" in kept.location
    again = expert.get(kept.location).text
    assert 'value="Cities of the steppe"' in again
    sent = expert.send(kept.location, filled("en", version="1"))
    assert sent.location == "/en/my/proposals"
    with read() as session:
        assert session.scalar(select(Proposal.state)) == ProposalState.SUBMITTED


def test_what_is_missing_is_said_beside_each_field_and_typed_text_stays(
    write: Any, read: Any, sign_in: Any
) -> None:
    arrange(write)
    expert = sign_in(Role.CITIZEN)
    form = filled("en", title="", minutes="", abstract="Kept & <b>safe</b>")
    answer = expert.send("/en/forums/cities/propose", form)
    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text
    assert 'id="minutes-error"' in answer.text
    assert "Kept &amp; &lt;b&gt;safe&lt;/b&gt;" in answer.text
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Proposal)) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "a\x00b"), ("abstract", "x" * 4_001), ("title", "y" * 151), ("name", "n\x00")],
)
def test_text_that_cannot_be_kept_is_refused_with_reasons(
    write: Any, sign_in: Any, field: str, value: str
) -> None:
    arrange(write)
    form = filled("en", **{field: value})
    answer = sign_in(Role.CITIZEN).send("/en/forums/cities/propose", form)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)


def test_the_longest_hangul_text_is_kept_whole(write: Any, read: Any, sign_in: Any) -> None:
    arrange(write)
    abstract = "통" * 4_000
    form = filled("ko", abstract=abstract)
    answer = sign_in(Role.CITIZEN).send("/ko/forums/cities/propose", form)
    assert answer.status_code == 303
    with read() as session:
        assert session.scalar(select(Proposal.abstract)) == abstract


def test_a_stale_page_keeps_what_was_typed_and_shows_what_is_stored(
    write: Any, enter: Enter
) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        key = make_proposal(session, call, expert).key
    browser, address = enter(expert), f"/en/my/proposals/{key}"
    first = browser.send(address, filled("en", act="save", version="1", title="First window"))
    assert first.status_code == 303
    second = browser.send(address, filled("en", act="save", version="1", title="Second window"))
    assert second.status_code == 409
    assert "First window" in second.text
    assert 'value="Second window"' in second.text
    third = browser.send(address, filled("en", act="save", version="2", title="Second window"))
    assert third.status_code == 303


def test_after_the_deadline_the_typed_text_is_still_on_the_page(
    write: Any, enter: Enter, pass_time: Any
) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        key = make_proposal(session, call, expert).key
        late = call.closes.instant
    pass_time(late - NOW)
    browser = enter(expert)
    answer = browser.send(f"/en/my/proposals/{key}", filled("en", act="save", title="Too late"))
    assert answer.status_code == 409
    assert "Too late" in answer.text


def test_an_expert_registered_once_is_not_asked_again(write: Any, enter: Enter) -> None:
    with write() as session:
        make_call(session, make_forum(session, slug="cities"))
        expert = make_expert(session)
    page = enter(expert).get("/en/forums/cities/propose").text
    assert 'value="Anja Winter"' in page
    assert '<details class="known">' in page


def test_a_second_organizer_is_told_409_and_sees_how_it_stands(write: Any, sign_in: Any) -> None:
    with write() as session:
        key = make_proposal(session, make_call(session)).key
    one, two = sign_in(Role.ADMINISTRATOR), sign_in(Role.ADMINISTRATOR)
    address = f"/en/desk/proposals/{key}/decide"
    first = one.send(address, {"outcome": "accepted", "desk_version": "1"})
    second = two.send(address, {"outcome": "rejected", "desk_version": "1"})
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Decided: Accept, not released" in second.text


def test_withdrawing_twice_with_one_page_is_withdrawing_once(write: Any, enter: Enter) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        key = make_proposal(session, call, expert).key
    browser, once = enter(expert), {"idempotency_key": new_key()}
    answers = [browser.send(f"/ko/my/proposals/{key}/withdraw", once) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
