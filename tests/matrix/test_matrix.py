"""Every route, asked as everybody, on own and foreign objects (S1)."""

from hanmadang.kernel.permissions import Permission
from tests.matrix.crawl import Crawler
from tests.matrix.policy import Policy

CELLS_AT_LEAST = 5_000


def test_every_route_stands_in_the_file(crawler: Crawler) -> None:
    missing = crawler.policy.undeclared(crawler.app)
    assert missing == [], "\n".join(missing)


def test_the_file_names_no_route_that_is_gone(crawler: Crawler) -> None:
    assert crawler.policy.stale(crawler.app) == []


def test_file_and_code_name_the_same_permissions(crawler: Crawler) -> None:
    assert crawler.policy.disagreeing(crawler.app) == []


def test_everybody_meets_what_the_file_says(crawled: Crawler) -> None:
    assert crawled.report.faults == []


def test_neither_a_look_nor_a_refusal_changes_anything(crawled: Crawler) -> None:
    assert crawled.report.writes == []


def test_the_matrix_is_whole(crawled: Crawler) -> None:
    rules = {rule.endpoint for rule in crawled.app.url_map.iter_rules()}
    assert crawled.report.routes == rules
    assert crawled.report.actors == set(crawled.world.actors)
    assert crawled.report.cells >= CELLS_AT_LEAST


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
        if cell.actor.name not in {"citizen-a", "administrator"}:
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
