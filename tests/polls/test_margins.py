"""Population figures: typed or pasted, checked, an institution's own, never changed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import RoleGrant, SignInSession
from hanmadang.polls.domain.margins import UnusableMarginsError, choose, retire
from hanmadang.polls.forms.margins import number, pasted
from hanmadang.polls.models_profile import MarginSet, ProfileAsk
from hanmadang.polls.profiles import Attribute
from tests.conftest import Browser
from tests.factories.events import make_institution
from tests.factories.profiles import make_asking, make_margins, weigh

Opener = Callable[[], Any]
NAMED = {"name_ko": "서울", "name_en": "Seoul", "source_ko": "통계", "source_en": "Register"}
NEW = "/en/desk/margins/new"


def moderator_of(sign_in: Any, write: Opener, institution_id: int) -> Browser:
    """An organizer of that institution, signed in."""
    browser: Browser = sign_in(Role.ORGANIZER)
    with write() as session:
        for table in (RoleGrant, SignInSession):
            session.execute(update(table).values(institution_id=institution_id))
    return browser


def kept(read: Opener) -> list[dict[str, Any]]:
    with read() as session:
        return list(session.scalars(select(MarginSet.margins)))


def test_figures_are_typed(sign_in: Any, read: Opener) -> None:
    typed = {"sex_female": "4,812,345", "sex_male": "4 512 345", "age_20s": "14.5%", "age_30s": "1"}
    assert sign_in(Role.ORGANIZER).send(NEW, NAMED | typed).status_code == 303
    assert kept(read) == [
        {"sex": {"female": 4812345.0, "male": 4512345.0}, "age": {"20s": 14.5, "30s": 1.0}}
    ]


def test_figures_are_pasted(sign_in: Any, read: Opener) -> None:
    table = 'attribute,level,figure\nsex,female,"4,812,345"\nsex,male,4512345\n'
    assert sign_in(Role.ORGANIZER).send(NEW, NAMED | {"table": table}).status_code == 303
    assert kept(read) == [{"sex": {"female": 4812345.0, "male": 4512345.0}}]


def test_a_sheet_with_tabs_is_read_too() -> None:
    assert pasted("sex\tfemale\t52\nsex\tmale\t48") == {"sex": {"female": 52, "male": 48}}


@pytest.mark.parametrize("line", ["sex,female", "sex,woman,5", "blood,a,5", "sex,female,many"])
@pytest.mark.parametrize(("language", "words"), [("en", "cannot be read"), ("ko", "읽을 수 없는")])
def test_a_line_that_cannot_be_read_is_named(
    sign_in: Any, line: str, language: str, words: str
) -> None:
    desk = sign_in(Role.ORGANIZER)
    reply = desk.send(f"/{language}/desk/margins/new", NAMED | {"table": line})
    assert reply.status_code == 422
    assert words in reply.text
    assert line in reply.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"sex_female": "5", "sex_male": "4", "name_ko": "", "name_en": ""}, "a name"),
        ({"sex_female": "5", "sex_male": "4", "source_ko": "", "source_en": ""}, "come from"),
        ({}, "at least one attribute"),
        ({"sex_female": "5"}, "at least two groups"),
        ({"sex_female": "5", "sex_male": "0"}, "above zero"),
        ({"sex_female": "five"}, "Please give a number"),
    ],
)
def test_unusable_figures_are_refused(
    sign_in: Any, read: Opener, sent: dict[str, str], words: str
) -> None:
    reply = sign_in(Role.ORGANIZER).send(NEW, NAMED | sent)
    assert reply.status_code == 422
    assert words in reply.text
    assert kept(read) == []


def test_a_double_click_writes_one_set(sign_in: Any, read: Opener) -> None:
    desk = sign_in(Role.ORGANIZER)
    sent = {**NAMED, "sex_female": "5", "sex_male": "4", "idempotency_key": new_key()}
    desk.send(NEW, sent)
    desk.send(NEW, sent)
    assert len(kept(read)) == 1


@pytest.mark.parametrize("text", ["", "-5", "1e5", "5.5.5", "inf", "nan", "½", "٥" * 400])
def test_what_is_no_number_is_none(text: str) -> None:
    found = number(text)
    assert found is None or found == float("inf")


def test_an_institution_uses_its_own_and_the_citys(sign_in: Any, write: Opener) -> None:
    with write() as session:
        mine, other = make_institution(session, "mine"), make_institution(session, "other")
        for place in (mine.id, other.id, None):
            make_margins(session, institution_id=place)
    desk = moderator_of(sign_in, write, mine.id)
    assert desk.get("/en/desk/margins").text.count("People of Seoul</h2>") == 2


def test_another_institutions_set_is_refused(write: Opener) -> None:
    with write() as session:
        other = make_institution(session, "other")
        poll = make_asking(session, Attribute.SEX)
        foreign = make_margins(session, institution_id=other.id)
        with pytest.raises(NotAllowedNowError):
            choose(session, None, poll.id, foreign)


def test_a_retired_set_stays_where_it_is_used(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_asking(session, Attribute.SEX)
        used = weigh(session, poll)
        retire(session, None, used)
        another = make_asking(session, Attribute.SEX)
        with pytest.raises(NotAllowedNowError):
            choose(session, None, another.id, used)
    with read() as session:
        assert session.get_one(ProfileAsk, poll.id).margin_set_id == used.id


def test_the_city_retires_what_an_institution_only_uses(sign_in: Any, write: Opener) -> None:
    with write() as session:
        mine = make_institution(session, "mine")
        citys = make_margins(session)
    url = f"/en/desk/margins/{citys.id}/retire"
    assert moderator_of(sign_in, write, mine.id).send(url).status_code == 403
    assert sign_in(Role.ADMINISTRATOR).send(url).status_code == 303


def test_levels_that_nobody_is_asked_for_are_refused(write: Opener) -> None:
    with write() as session, pytest.raises(UnusableMarginsError):
        make_margins(session, {"age": {"20s": 1.0, "120s": 1.0}})
