"""Step 8: an expert registers to speak, is chosen without a name, and stands on the programme."""

from datetime import timedelta

from sqlalchemy import select

from hanmadang.events.models import Event
from tests.browser.city import paths_in
from tests.browser.journey import Journey, eventually
from tests.browser.visitor import Visitor

FORUM = "city-exchange-forum"
NAMES = {"ko": "바트 사란", "en": "Bat Saran"}
TALKS = {
    "ko": {
        "375": "울란바토르에서 본 도시 교류",
        "1280": "추운 도시들의 난방 협력",
        "375-noscript": "도서관이 잇는 두 도시",
    },
    "en": {
        "375": "City exchange seen from Ulaanbaatar",
        "1280": "How cold cities share heat",
        "375-noscript": "Two cities and one library",
    },
}
ROOMS = {"ko": "201호", "en": "Room 201"}
ABSTRACT = {
    "ko": "세 도시가 학교와 병원의 난방을 함께 고친 경험을 나눕니다. 잘 안된 일도 말합니다.",
    "en": "How three cities mended the heating of schools together: what worked, and what did not.",
}


def expert_speaks_at_a_forum(walk: Journey) -> None:
    """Proposal, review without a name, decision, mail, confirmation, programme."""
    expert = walk.sign_up("expert", NAMES[walk.language])
    _registers_to_speak(walk, expert)
    _reviewer_scores_it(walk)
    _organizer_accepts_it(walk)
    _expert_confirms(walk, expert)
    _programme_shows_it(walk)


def talk(walk: Journey) -> str:
    """The title of what the expert proposes."""
    return TALKS[walk.language][str(walk.way).partition("-")[2]]


def _registers_to_speak(walk: Journey, expert: Visitor) -> None:
    expert.go("/forums")
    expert.look("forums")
    expert.go(f"/forums/{FORUM}")
    expert.look("forum")
    expert.press("Register to speak")
    expert.look("propose")
    expert.choose("language", walk.language)
    expert.type(title=talk(walk), abstract=ABSTRACT[walk.language])
    expert.choose("format", "talk")
    expert.choose("minutes", "20")
    expert.type(name=NAMES[walk.language], affiliation="Ulaanbaatar Urban Lab")
    expert.choose("country", "MN")
    expert.choose("zone", "Asia/Ulaanbaatar")
    expert.press("Send my proposal")
    expert.sees("Received, under review")
    expert.look("my-proposals")


def _reviewer_scores_it(walk: Journey) -> None:
    reviewer = walk.staff("Reviewer")
    reviewer.go("/desk/reviews")
    reviewer.look("reviews")
    reviewer.follow(talk(walk))
    for secret in (NAMES[walk.language], "Ulaanbaatar Urban Lab", walk.address("expert")):
        assert secret not in reviewer.page.content()
    reviewer.choose("score", "5")
    reviewer.type(comment=reviewer.word("good"))
    reviewer.look("review")
    reviewer.press("Save my review")
    reviewer.sees("Your score: %(points)s of 5", points=5)


def _organizer_accepts_it(walk: Journey) -> None:
    organizer = walk.staff("Organizer")
    organizer.go("/desk/calls")
    organizer.look("calls-desk")
    organizer.press("Proposals")
    organizer.follow(talk(walk))
    organizer.choose("outcome", "accepted")
    organizer.press("Note the decision")
    organizer.look("proposal-desk")
    organizer.press("Give it a time")
    organizer.type(starts=_slot(walk), minutes="20", room=ROOMS[walk.language])
    organizer.press("Add to the programme")
    organizer.look("programme-desk")
    organizer.go("/desk/calls")
    organizer.press("Proposals")
    organizer.main.locator('a[href*="/release"]').click()
    organizer.look("release")
    organizer.main.locator('form button[type="submit"]').click()
    organizer.look("released")


def _slot(walk: Journey) -> str:
    """A time within the forum, another one for each walk."""
    with walk.city.records() as records:
        event = records.scalars(select(Event).where(Event.slug == FORUM)).one()
        assert event.starts is not None
        place = list(TALKS["ko"]).index(str(walk.way).partition("-")[2])
        return f"{event.starts.local + timedelta(minutes=25 * place):%Y-%m-%dT%H:%M}"


def _expert_confirms(walk: Journey, expert: Visitor) -> None:
    subject = expert.word("Your proposal has been accepted")
    address = walk.address("expert")
    with walk.city.scheduler(timedelta()):
        eventually(lambda: bool(walk.city.mails(address, subject)))
    (mail,) = walk.city.mails(address, subject)
    path = next(path for path in paths_in(mail) if path.endswith("/my/proposals"))
    assert path == f"/{walk.language}/my/proposals"
    expert.go(path.removeprefix(f"/{walk.language}"))
    expert.look("proposal-accepted")
    expert.press("Confirm that I will come")
    expert.sees("Confirmed")


def _programme_shows_it(walk: Journey) -> None:
    organizer = walk.staff("Organizer")
    organizer.go("/desk/calls")
    organizer.press("Programme")
    organizer.main.locator('form[action$="/programme/publish"] button').click()
    visitor = walk.person("visitor")
    visitor.go(f"/forums/{FORUM}")
    visitor.reads(talk(walk))
    visitor.reads(NAMES[walk.language])
    visitor.look("programme")
