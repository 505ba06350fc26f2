"""Two partner editors who disagree, by the pages of the desk: nothing is public without both."""

from collections.abc import Callable
from typing import Any

import pytest

from hanmadang.courses.domain import submitting
from hanmadang.courses.models import CourseVersion, VersionSignature
from hanmadang.kernel.permissions import Role
from tests.courses.test_desk import enter, pair
from tests.factories.authoring import NOW, House, change_title, make_editor

Write = Callable[[], Any]
__all__ = ["enter", "pair"]


class Desk:
    """Both editors at their desks, each with a browser."""

    def __init__(self, pair: House, enter: Any, write: Write, read: Write) -> None:
        self.pair, self.write, self.read, self.enter = pair, write, read, enter
        self.first, self.second = enter(pair.first), enter(pair.second)

    def hand_in(self, title: str) -> tuple[int, str]:
        """The draft, with that title, as a version; and its fingerprint."""
        with self.write() as session:
            change_title(session, self.pair, title)
            who, course_id = self.pair.first, self.pair.course_id
            version = submitting.submit(session, who, course_id, now=NOW)
            return version.id, version.content_hash

    def state(self, version_id: int) -> str:
        with self.read() as session:
            return str(session.get_one(CourseVersion, version_id).state)

    def signed(self, version_id: int) -> list[str]:
        with self.read() as session:
            rows = session.query(VersionSignature).filter_by(version_id=version_id)
            return [row.state for row in rows.order_by(VersionSignature.institution_id)]


@pytest.fixture
def desk(pair: House, enter: Any, write: Write, read: Write) -> Desk:
    return Desk(pair, enter, write, read)


def url(version_id: int, *more: str) -> str:
    return "/".join(("/en/desk/courses/versions", str(version_id), *more))


def test_one_signs_the_other_returns_and_a_new_version_begins_without_signatures(
    desk: Desk,
) -> None:
    old, mark = desk.hand_in("새 제목")
    desk.first.send(url(old, "sign"), {"content_hash": mark})
    said = desk.second.send(url(old, "remarks"), {"text": "One side only.", "unit": ""})
    assert "#remark-" in said.location
    desk.second.send(url(old, "return"), {"reason": "Add the other view"})
    assert (desk.state(old), desk.signed(old)) == ("returned", ["signed", "returned"])
    assert "Go to the draft" in desk.first.get(url(old)).text
    new, other = desk.hand_in("다른 제목")
    assert desk.signed(new) == ["waiting", "waiting"]
    desk.first.send(url(new, "sign"), {"content_hash": mark})
    desk.second.send(url(new, "sign"), {"content_hash": other})
    assert (desk.state(new), desk.signed(new)) == ("in_review", ["waiting", "signed"])
    desk.first.send(url(new, "sign"), {"content_hash": other})
    assert desk.state(new) == "published"


def test_what_was_changed_since_the_return_is_shown_beside_what_is_public(desk: Desk) -> None:
    old, _mark = desk.hand_in("새 제목")
    desk.second.send(url(old, "return"), {"reason": "Another title"})
    new, _other = desk.hand_in("다른 제목")
    page = desk.second.get(url(new)).text
    assert f"{url(new)}?compare={old}" in page
    since = desk.second.get(f"{url(new)}?compare={old}").text
    assert ("새 제목" in page, "<del>" in since) == (False, True)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ORGANIZER])
def test_no_role_and_no_second_tab_publishes_for_a_partner(desk: Desk, role: Role) -> None:
    version, mark = desk.hand_in("새 제목")
    with desk.write() as session:
        other = make_editor(session, None, role)
    stranger = desk.enter(other)
    desk.first.send(url(version, "sign"), {"content_hash": mark})
    desk.first.send(url(version, "sign"), {"content_hash": mark})
    course = f"/en/desk/courses/{desk.pair.course_id}"
    assert stranger.send(url(version, "sign"), {"content_hash": mark}).status_code == 404
    stranger.send(f"{course}/submit", {"note": "now"})
    for house in desk.pair.partner_ids:
        stranger.send(f"{course}/partners", {"release": str(house)})
        desk.first.send(f"{course}/partners", {"release": str(house)})
    desk.first.send(f"{course}/submit", {"note": "again"})
    assert (desk.state(version), desk.signed(version)) == ("in_review", ["signed", "waiting"])


def test_only_the_house_of_the_course_is_offered_to_withdraw(desk: Desk) -> None:
    version, _mark = desk.hand_in("새 제목")
    offered = ["Withdraw this version" in each.get(url(version)).text
               for each in (desk.first, desk.second)]  # fmt: skip
    assert offered == [True, False]
    desk.second.send(url(version, "withdraw"), {})
    assert desk.state(version) == "in_review"


@pytest.mark.parametrize(
    ("language", "signed", "returned"),
    [
        ("ko", "기관을 대표해 서명함", "기관을 대표해 반려함"),
        ("en", "Signed for an institution", "Returned for an institution"),
    ],
)
def test_the_trail_says_in_words_who_signed_what_for_whom(
    desk: Desk, language: str, signed: str, returned: str
) -> None:
    version, mark = desk.hand_in("새 제목")
    desk.first.send(url(version, "sign"), {"content_hash": mark})
    desk.second.send(url(version, "return"), {"reason": "No"})
    page = desk.first.get(f"/{language}/desk/courses/{desk.pair.course_id}/trail").text
    assert [page.count(words) for words in (signed, returned)] == [1, 1]
    assert page.count(f">{mark[:16]}</code>") == 4
