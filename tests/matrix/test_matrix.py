"""Every route, asked as everybody, on own and foreign objects (S1, S2, S12)."""

import pytest

from hanmadang.kernel.permissions import Permission
from tests.matrix.conftest import Rounds
from tests.matrix.crawl import Crawler
from tests.matrix.policy import METHODS, Policy

CELLS_AT_LEAST = 5_000
UNMET = {
    "blocked's device", "unproven's device", "link's follower", "link's follower who stops",
}  # fmt: skip
"""Who cannot come in, or not far enough, does not see where they are signed in; and who asked to
be told of a poll stands on no page, not even on the one that their own link opens."""


def test_every_route_stands_in_the_file(crawler: Crawler) -> None:
    missing = crawler.policy.undeclared(crawler.app)
    assert missing == [], "\n".join(missing)


def test_the_file_names_no_route_that_is_gone(crawler: Crawler) -> None:
    assert crawler.policy.stale(crawler.app) == []


def test_file_and_code_name_the_same_permissions(crawler: Crawler) -> None:
    assert crawler.policy.disagreeing(crawler.app) == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("room", Policy.read().rooms)
def test_everybody_meets_what_the_file_says(rounds: Rounds, room: str, method: str) -> None:
    report = rounds.of(room, method)
    assert report.faults == []
    assert report.writes == [], "a look or a refusal changed something"
    assert report.leaks == [], "a foreign word was shown"
    assert report.bare == [], "a protecting header is missing"


def test_the_matrix_is_whole(rounds: Rounds) -> None:
    found = rounds.all()
    app, world = rounds.crawler.app, rounds.crawler.world
    rules = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set().union(*(each.routes for each in found)) == rules
    assert set().union(*(each.actors for each in found)) == set(world.actors)
    assert sum(each.cells for each in found) >= CELLS_AT_LEAST


def test_every_word_is_met_by_somebody_or_it_would_prove_nothing(rounds: Rounds) -> None:
    rounds.all()
    words = set(rounds.crawler.world.aviary.birds.values())
    assert {str(canary) for canary in words - rounds.crawler.ears.met} == UNMET


def test_every_allowance_is_needed_and_has_a_reason(rounds: Rounds) -> None:
    rounds.all()
    allowed, used = rounds.crawler.policy.allowances, rounds.crawler.ears.used
    pages = [each for each in allowed if not each.is_for_mail]
    assert [each for each in pages if each not in used] == []
    assert all(each.reason for each in allowed)


def test_every_object_is_foreign_to_somebody_with_the_permission(policy: Policy) -> None:
    """Else a family would prove nothing about its rule."""
    proven = set()
    for route in policy.routes.values():
        able = {name for name in policy.people("everybody") if policy.may(name, route.needs)}
        readers = list(policy.family(route).values())
        if any(able - each for each in readers):
            proven.add(route.objects)
    links = {name for name in policy.tables["objects"] if name.startswith("links ")}
    assert set(policy.tables["objects"]) - proven == links


def test_asking_for_headers_alone_changes_nothing(crawler: Crawler) -> None:
    for cell in crawler.cells(methods=("GET",)):
        if cell.actor.name != "administrator":
            continue
        crawler.door.ask("HEAD", cell.path, {"Cookie": cell.actor.cookies})
        changed = crawler.watch.changed()
        if changed:
            crawler.watch.restore()
        assert changed <= cell.route.writes, str(cell)


def test_a_missing_route_comes_with_a_hint_how_to_add_it(crawler: Crawler) -> None:
    forgetful = Policy({**crawler.policy.tables, "routes": {}})
    hints = forgetful.undeclared(crawler.app)
    hint = next(each for each in hints if each.startswith("events.edit "))
    assert '[routes."events.edit"]' in hint
    assert f'needs = "{Permission.EVENTS_ORGANIZE}"' in hint
    assert "event_id" in hint
