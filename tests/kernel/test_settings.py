"""Settings come from the environment, once, and complain in sentences."""

from pathlib import Path

import pytest

from hanmadang.settings import Settings, SettingsError, load

KEY = "0123456789abcdef0123456789abcdef"


def loaded(**environ: str) -> Settings:
    """Settings from these variables."""
    return load({"SECRET_KEY": KEY} | environ)


def test_an_empty_environment_gives_the_small_installation(tmp_path: Path) -> None:
    found = load({}, instance=tmp_path)
    assert found.database == f"sqlite:///{tmp_path / 'hanmadang.sqlite'}"
    assert (found.demo, found.limits, found.mail_transport) == (False, True, "file")
    assert not found.secure_cookies


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first, second = load({}, instance=tmp_path), load({}, instance=tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["short", "a" * 40, "ab" * 20])
def test_a_weak_secret_is_refused(key: str) -> None:
    with pytest.raises(SettingsError, match="too weak"):
        load({"SECRET_KEY": key})


@pytest.mark.parametrize("text", ["many", "-1", "1.5", " "])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="HANMADANG_PROXY_HOPS must be a whole number"):
        loaded(HANMADANG_PROXY_HOPS=text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("yes", True), ("ON", True), ("0", False), ("no", False), ("", False)],
)
def test_switches(text: str, expected: bool) -> None:
    assert loaded(HANMADANG_DEMO=text).demo is expected


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_every_spelling_of_postgresql_names_our_driver(scheme: str) -> None:
    assert loaded(DATABASE_URL=f"{scheme}://u@h/n").database == "postgresql+psycopg://u@h/n"


def test_our_own_name_wins_over_the_customary_one() -> None:
    found = loaded(DATABASE_URL="postgres://a/a", HANMADANG_DATABASE_URL="postgres://b/b")
    assert found.database_url == "postgres://b/b"


def test_hosts_and_cookies_follow_the_public_address() -> None:
    found = loaded(
        HANMADANG_BASE_URL="https://city.example:8443",
        HANMADANG_TRUSTED_HOSTS="a.example, b.example,",
    )
    assert found.secure_cookies
    assert found.answered_hosts == ["city.example", "a.example", "b.example"]


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        loaded().demo = True  # type: ignore[misc]
