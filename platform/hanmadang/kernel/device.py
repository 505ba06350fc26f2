"""The device a visitor uses: one random cookie, set only where a form needs it.

It is strictly necessary, never leaves this site, names nobody, and serves three ends: tokens
against forged requests, one ballot per device, and evidence kept until sign-up.
"""

from flask import Flask, Request, Response, current_app, g, request

from hanmadang.kernel.ids import keyed, new_secret, same

_NAME = "hm_device"
_YEAR = 365 * 24 * 3600
_LENGTH = 43


def device_id() -> str:
    """This device's secret; makes one (sent with the response) when it has none."""
    found = known_device()
    if not found:
        found = g.new_device = new_secret()
    return found


def known_device() -> str:
    """This device's secret, or an empty string when it never needed one."""
    return str(g.new_device) if "new_device" in g else device_of(request)


def device_of(sent: Request) -> str:
    """The device a request came with, or an empty string."""
    value = sent.cookies.get(cookie_name(_NAME), "")
    return value if len(value) == _LENGTH and value.isascii() else ""


def cookie_name(name: str) -> str:
    """The cookie's full name: browsers guard the ``__Host-`` prefix, over TLS only."""
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def set_cookie(response: Response, name: str, value: str, max_age: int) -> None:
    """Set one of our cookies with the house's attributes; an empty value deletes it."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=max_age if value else 0,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def form_token() -> str:
    """The token a form carries to prove that this site made it for this device."""
    return keyed(str(current_app.secret_key), "form", device_id())


def token_is_ours(token: str) -> bool:
    """Whether a received token belongs to this device."""
    return is_token_of(known_device(), token)


def is_token_of(device: str, token: str) -> bool:
    """Whether a received token belongs to that device."""
    return bool(device) and same(token, keyed(str(current_app.secret_key), "form", device))


def register(app: Flask) -> None:
    """Send the cookie of a device that was made in this request."""

    @app.after_request
    def send(response: Response) -> Response:
        if "new_device" in g:
            set_cookie(response, _NAME, g.new_device, _YEAR)
        return response
