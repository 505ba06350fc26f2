"""Step 2: an organizer posts a concert, and the city finds it."""

from datetime import timedelta

from tests.browser.journey import Journey
from tests.browser.visitor import Visitor

SEATS = 2
WALL_CLOCK = "%Y-%m-%dT%H:%M"
TITLES = {
    "375": {"ko": "작은 음악회: 임진강의 봄", "en": "A Small Concert: Spring on the Imjin"},
    "1280": {"ko": "저녁 음악회: 이어 부르는 아리랑", "en": "Evening Concert: Arirang, Handed On"},
    "375-noscript": {"ko": "한낮 음악회: 고향의 봄", "en": "Noon Concert: Spring in My Hometown"},
}
TEXTS = {
    "summary_ko": "두 사람이 노래하고 해금이 따라갑니다. 노래마다 짧은 이야기가 있습니다.",
    "summary_en": "Two singers and a haegeum, with a short story before each song.",
    "description_ko": "### 프로그램\n\n- **임진강**\n- **고향의 봄**\n\n쉬는 시간 없이 40분입니다.",
    "description_en": "### Programme\n\n- **Imjin River**\n- **My Hometown**\n\nForty minutes.",
    "venue_ko": "한마당문화회관 소극장",
    "venue_en": "Studio, Hanmadang Culture Centre",
}


def title(walk: Journey) -> str:
    """The concert's title in the language of the walk."""
    return _titles(walk)[walk.language]


def organizer_posts_a_concert(walk: Journey) -> None:
    """Posted in Korean and English, published, listed, filtered by kind, in the calendar feed."""
    organizer = walk.staff("Organizer")
    organizer.go("/desk/events")
    organizer.look("events-desk")
    organizer.press("New event")
    _fill_in(organizer, walk)
    organizer.press("Save draft")
    organizer.sees(
        "Publishing shows the saved version to everybody and opens booking in its period."
    )
    organizer.look("event-draft")
    organizer.press("Publish this event")
    organizer.press("See the page")
    organizer.reads(title(walk))
    walk.concert = organizer.path.rsplit("/", 1)[1]
    organizer.look("event-published")
    _city_finds_it(walk)


def _fill_in(organizer: Visitor, walk: Journey) -> None:
    organizer.choose("kind", "concert")
    titles = {f"title_{language}": text for language, text in _titles(walk).items()}
    starts = walk.starts
    ends = starts + timedelta(minutes=40)
    times = {"starts": f"{starts:{WALL_CLOCK}}", "ends": f"{ends:{WALL_CLOCK}}"}
    organizer.type(**titles, **TEXTS, **times, capacity=str(SEATS))
    organizer.look("event-form")


def _city_finds_it(walk: Journey) -> None:
    visitor = walk.person("visitor")
    visitor.go("/events")
    visitor.reads(title(walk))
    visitor.look("events")
    visitor.press("Exhibition")
    assert title(walk) not in visitor.main.inner_text()
    visitor.press("Concert")
    visitor.reads(title(walk))
    visitor.look("events-concerts")
    feed = visitor.page.request.get(f"/{walk.language}/events.ics")
    assert title(walk).split(":")[0] in feed.text().replace("\r\n ", "")


def _titles(walk: Journey) -> dict[str, str]:
    return TITLES[str(walk.way).partition("-")[2]]
