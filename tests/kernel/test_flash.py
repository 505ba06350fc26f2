"""What is said once, on the page after a redirect."""

from flask import Flask, Response, redirect, request

from hanmadang.kernel import flash


def carried(app: Flask, *messages: tuple[str, str]) -> str:
    """The cookie that a redirect carries."""
    with app.test_request_context("/"):
        for text, category in messages:
            flash.say(text, category)
        response = app.process_response(app.make_response(redirect("/next")))
    return response.headers["Set-Cookie"].partition(";")[0].partition("=")[2]


def heard(app: Flask, cookie: str) -> tuple[list[tuple[str, str]], str]:
    """What the next page says, and the cookie it sends."""
    with app.test_request_context("/next"):
        request.cookies = {"hm_said": cookie}  # type: ignore[assignment]
        said = flash.said()
        response = app.process_response(Response(""))
    return said, response.headers.get("Set-Cookie", "")


def test_messages_survive_a_redirect_and_are_said_once(app: Flask) -> None:
    said, cookie = heard(
        app, carried(app, ("자리를 예약했습니다.", "success"), ("Mind", "warning"))
    )
    assert said == [("success", "자리를 예약했습니다."), ("warning", "Mind")]
    assert cookie.startswith("hm_said=;")
    assert "Max-Age=0" in cookie


def test_a_page_of_the_same_request_says_it_at_once(app: Flask) -> None:
    with app.test_request_context("/"):
        flash.say("Here", "info")
        assert flash.said() == [("info", "Here")]
        assert "Set-Cookie" not in app.process_response(Response("")).headers


def test_a_forged_message_is_not_said(app: Flask) -> None:
    cookie = carried(app, ("Paid", "success"))
    said, after = heard(app, cookie[:-2] + "xx")
    assert said == []
    assert "Max-Age=0" in after


def test_nothing_said_is_nothing_sent(app: Flask) -> None:
    with app.test_request_context("/"):
        assert flash.said() == []
        response = app.process_response(app.make_response(redirect("/next")))
        assert "Set-Cookie" not in response.headers
