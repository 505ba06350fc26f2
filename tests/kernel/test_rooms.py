"""A route says who may use it, or the app does not start."""

import pytest
from flask import Flask

from hanmadang.kernel import rooms
from hanmadang.kernel.permissions import GRANTS, NOBODY, Permission, Role, Viewer
from hanmadang.kernel.rooms import Room, UndeclaredRouteError, check_declared, needs_of


def _app() -> Flask:
    app = Flask("trial", static_folder=None)
    rooms.register(app)
    return app


def test_declared_route_starts() -> None:
    app, room = _app(), Room("trial", __name__)

    @room.page("/x", needs=Permission.PUBLIC)
    def x() -> str:
        return "x"

    app.register_blueprint(room)
    check_declared(app)
    assert needs_of(app, "trial.x") is Permission.PUBLIC
    assert app.test_client().get("/ko/x").text == "x"


def test_a_number_that_no_database_keeps_names_no_page() -> None:
    app, room = _app(), Room("trial", __name__)

    @room.page("/x/<int:number>", needs=Permission.PUBLIC)
    def x(number: int) -> str:
        return str(number)

    app.register_blueprint(room)
    seen = {n: app.test_client().get(f"/ko/x/{n}").status_code for n in (2**31 - 1, 2**31, 10**99)}
    assert list(seen.values()) == [200, 404, 404]


def test_undeclared_route_stops_the_start() -> None:
    app = _app()
    app.add_url_rule("/open", "open", lambda: "x")
    with pytest.raises(UndeclaredRouteError, match="open"):
        check_declared(app)


def test_a_page_cannot_be_added_without_a_permission() -> None:
    with pytest.raises(TypeError, match="needs"):
        Room("trial", __name__).page("/x")  # type: ignore[call-arg]


def test_page_answers_get_only_and_action_post_only() -> None:
    app, room = _app(), Room("trial", __name__)
    room.page("/p", needs=Permission.PUBLIC)(lambda: "p")
    room.action("/a", needs=Permission.PUBLIC, endpoint="a")(lambda: "a")
    app.register_blueprint(room)
    client = app.test_client()
    assert client.post("/ko/p").status_code == 405
    assert client.get("/ko/a").status_code == 405


def test_only_the_languages_of_the_house_stand_before_a_path() -> None:
    app, room = _app(), Room("trial", __name__)
    room.page("/p", needs=Permission.PUBLIC)(lambda: "p")
    app.register_blueprint(room)
    assert app.test_client().get("/fr/p").status_code == 404


def test_nobody_may_only_what_is_public() -> None:
    assert [verb for verb in Permission if NOBODY.may(verb)] == [Permission.PUBLIC]


def test_administrators_may_everything_but_speak_for_experts() -> None:
    admin = Viewer(account_id=1, roles=frozenset({Role.ADMINISTRATOR}))
    assert [verb for verb in Permission if not admin.may(verb)] == [Permission.FORUMS_PROPOSE]


def test_every_role_is_in_the_table() -> None:
    assert set(GRANTS) == set(Role)


def test_citizens_reach_no_desk() -> None:
    citizen = Viewer(account_id=1, roles=frozenset({Role.CITIZEN}))
    assert {verb for verb in Permission if citizen.may(verb)} == {
        Permission.PUBLIC, Permission.SIGNED_IN, Permission.COURSES_TAKE, Permission.EVENTS_BOOK,
    }  # fmt: skip
