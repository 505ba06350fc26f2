"""What experts read in their mail: their language, both clocks, and nobody else's links."""

from typing import Any

import icalendar
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.forums.domain import change_talk
from hanmadang.forums.domain import decisions as deciding
from hanmadang.forums.domain import proposals as proposing
from hanmadang.forums.domain.experts import save_profile
from hanmadang.forums.letters import unlinked
from hanmadang.forums.models import ExpertProfile, Outcome
from hanmadang.kernel.i18n import use_locale
from hanmadang.reminders.composers import Letter, Reader, compose
from hanmadang.reminders.models import OutboxMail
from tests.factories.forums import (
    NOW,
    STARTS,
    admin,
    decide,
    make_call,
    make_confirmed,
    make_decided,
    make_expert,
    make_proposal,
    place,
    profile_fields,
    release,
    talk_fields,
)


def letter(session: Session, kind: str) -> Letter | None:
    """The letter of that kind as it would leave now."""
    session.expire_all()
    mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == kind)).one()
    with use_locale(mail.locale):
        return compose(mail.kind, mail.payload, Reader(mail.account_id, mail.locale))


def entry(file: bytes) -> Any:
    """The one event of a calendar file."""
    (event,) = icalendar.Calendar.from_ical(file.decode()).walk("VEVENT")
    return event


def sure(found: Letter | None) -> Letter:
    assert found is not None
    return found


def scheduled_acceptance(session: Session, **expert: Any) -> Letter:
    call = make_call(session)
    proposal = make_proposal(session, call, make_expert(session, **expert))
    decide(session, proposal, Outcome.ACCEPTED)
    place(session, call, proposal, after=60, room="대회의실")
    release(session, call.id)
    return sure(letter(session, "forum.accepted"))


def test_an_acceptance_tells_both_clocks_in_english(write: Any) -> None:
    with write() as session:
        found = scheduled_acceptance(session)
        assert found.subject == "Your proposal has been accepted"
        lines = found.text.splitlines()
        assert "Your time at the forum: Sun, 20 December 2026, 3:00 pm (Korean Time)" in lines
        assert "On your own clock: Sun, 20 December 2026, 7:00 am (Central European Time)" in lines
        assert "Where: Hanmadang City Hall, 대회의실" in lines
        assert "http://localhost/en/my/proposals" in lines


def test_an_acceptance_tells_both_clocks_in_korean(write: Any) -> None:
    with write() as session:
        found = scheduled_acceptance(session, locale="ko", zone="Asia/Ulaanbaatar")
        assert found.subject == "발표 제안이 선정되었습니다"
        lines = found.text.splitlines()
        assert "발표 시각(포럼 현지): 2026년 12월 20일 (일) 오후 3:00 (대한민국 시간)" in lines
        assert "계신 곳의 시각: 2026년 12월 20일 (일) 오후 2:00 (울란바토르 시간)" in lines
        assert "http://localhost/ko/my/proposals" in lines


def test_a_speaker_in_the_forums_zone_reads_one_clock(write: Any) -> None:
    with write() as session:
        found = scheduled_acceptance(session, zone="Asia/Seoul")
        assert found.text.count("December 2026") == 1


def test_an_acceptance_holds_the_time_in_the_calendar(write: Any) -> None:
    with write() as session:
        (file,) = scheduled_acceptance(session).attachments
        assert file.media_type == "text/calendar; method=PUBLISH; charset=utf-8"
        event = entry(file.content)
        assert b"METHOD:PUBLISH" in file.content
        assert str(event["SUMMARY"]) == "Twinned towns before 1989"
        assert event["DTSTART"].dt.isoformat() == "2026-12-20T15:00:00+09:00"
        assert (event["DTEND"].dt - event["DTSTART"].dt).seconds == 20 * 60


def test_without_a_time_there_is_nothing_to_hold(write: Any) -> None:
    with write() as session:
        make_decided(session, make_call(session))
        found = sure(letter(session, "forum.accepted"))
        assert found.attachments == ()
        assert "We will write again as soon as your time is fixed." in found.text


def test_a_moved_talk_moves_in_the_calendar(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        confirmed = make_confirmed(session, call)
        talk = place(session, call, confirmed)
        first = sure(letter(session, "forum.scheduled")).attachments[0].content
        fields = talk_fields(title=talk.title, starts=STARTS.local.replace(hour=16), minutes=20)
        change_talk(session, talk.id, fields, actor=admin(session), now=NOW)
        session.flush()
        mails = session.scalars(select(OutboxMail.kind)).all()
        assert mails.count("forum.scheduled") == 2
        mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
        assert mail is not None
        with use_locale("en"):
            moved = sure(compose(mail.kind, mail.payload, Reader(None, "en")))
        one, two = entry(first), entry(moved.attachments[0].content)
        assert (one["UID"], one["SEQUENCE"], two["SEQUENCE"]) == (two["UID"], 0, 1)


def test_a_hidden_acceptance_with_a_time_sends_nothing(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        proposal = make_proposal(session, call)
        decide(session, proposal, Outcome.ACCEPTED)
        place(session, call, proposal)
        assert session.scalars(select(OutboxMail.kind)).all() == ["forum.received"]


@pytest.mark.parametrize(
    ("outcome", "kind", "titles"),
    [
        (
            Outcome.REJECTED, "forum.rejected",
            {"ko": "발표 제안 결과 안내", "en": "About your proposal"},
        ),
        (
            Outcome.RESERVE, "forum.reserve",
            {
                "ko": "발표 제안이 예비로 선정되었습니다",
                "en": "Your proposal is on the reserve list",
            },
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_a_decision_comes_in_the_experts_language(
    write: Any, outcome: Outcome, kind: str, titles: dict[str, str], locale: str
) -> None:
    with write() as session:
        make_decided(session, make_call(session), outcome, make_expert(session, locale=locale))
        assert sure(letter(session, kind)).subject == titles[locale]


def test_korean_particles_fit_the_title(write: Any) -> None:
    with write() as session:
        expert = make_expert(session, locale="ko")
        make_decided(session, make_call(session), Outcome.REJECTED, expert, title="강과 바다")
        text = sure(letter(session, "forum.rejected")).text
        assert "‘도시가 할 수 있는 일’에 ‘강과 바다’를 제안해 주셔서 고맙습니다." in text


def test_the_request_for_changes_is_quoted(write: Any) -> None:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        deciding.ask_for_changes(
            session, proposal.key, "Shorter.\nWith sources.", desk_version=1,
            actor=admin(session), now=NOW,
        )  # fmt: skip
        text = sure(letter(session, "forum.changes")).text
        assert "> Shorter.\n> With sources." in text


@pytest.mark.parametrize("kind", ["forum.received", "forum.accepted"])
def test_a_letter_that_lost_its_reason_does_not_leave(write: Any, kind: str) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_decided(session, call, expert=expert)
        proposing.withdraw(session, proposal.key, actor=expert)
        assert letter(session, kind) is None


def test_an_acknowledgement_says_the_same_whatever_was_decided_in_silence(write: Any) -> None:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        before = letter(session, "forum.received")
        decide(session, proposal, Outcome.REJECTED)
        assert letter(session, "forum.received") == before


def test_names_and_titles_become_no_links_and_no_headers(write: Any) -> None:
    with write() as session:
        expert = make_expert(session)
        make_decided(
            session, make_call(session), Outcome.REJECTED, expert,
            title="[Win](https://evil.example/a) <b>now</b>\r\nBcc: all@evil.example",
        )  # fmt: skip
        session.execute(
            update(ExpertProfile).values(name="Anja\r\n\r\nhttps://evil.example www.evil.example")
        )
        found = sure(letter(session, "forum.rejected"))
        assert "evil.example" not in found.text
        assert [line for line in found.text.splitlines() if "://" in line] == [
            "http://localhost/en/forums/" + found.text.split("/en/forums/")[1].splitlines()[0]
        ]
        assert "\nBcc" not in found.text
        assert "\n" not in found.subject


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("https://evil.example", "https[:]//evil[.]example"),
        ("me@evil.example", "me[@]evil[.]example"),
        ("Dr. J. Smith (Ph.D.)", "Dr. J. Smith (Ph.D.)"),
        ("two\nlines", "two lines"),
        ("평화 3.0", "평화 3.0"),
    ],
)
def test_addresses_are_broken_and_names_are_not(typed: str, shown: str) -> None:
    assert unlinked(typed) == shown


def test_a_new_zone_counts_from_the_next_letter_on(write: Any) -> None:
    with write() as session:
        expert = make_expert(session)
        call = make_call(session)
        proposal = make_decided(session, call, expert=expert)
        place(session, call, proposal)
        save_profile(session, profile_fields(zone="America/New_York"), actor=expert, now=NOW)
        text = sure(letter(session, "forum.scheduled")).text
        assert "On your own clock: Sun, 20 December 2026, 12:00 am (Eastern Time)" in text
