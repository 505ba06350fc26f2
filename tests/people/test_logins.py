"""Two ways to type one address are one sign-in name."""

import time
import unicodedata

import pytest

from hanmadang.people import logins


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("mina@example.org", "mina@example.org"),
        ("  Mina@Example.ORG ", "mina@example.org"),
        ("ｍｉｎａ@example.org", "mina@example.org"),
        ("mina@한마당.kr", "mina@xn--ok1b32ke4z.kr"),
        ("mina@XN--OK1B32KE4Z.kr", "mina@xn--ok1b32ke4z.kr"),
        ("홍길동@example.org", "홍길동@example.org"),
    ],
)
def test_an_address_has_one_key(typed: str, key: str) -> None:
    assert logins.key_of(typed) == key


@pytest.mark.parametrize("address", ["홍길동@example.org", "mina@한마당.kr", "josé@example.org"])
def test_composed_and_decomposed_are_the_same(address: str) -> None:
    forms = {logins.key_of(unicodedata.normalize(form, address)) for form in ("NFC", "NFD")}
    assert forms == {logins.key_of(address)}
    assert forms != {""}


@pytest.mark.parametrize(
    "typed",
    ["", "mina", "@example.org", "mina@", "mina@localhost", "a b@example.org", "mina@exa mple.org",
     "mina@example..org", "mina@@example.org", "a@b.c\r\nBcc: x@example.org", "mina@[127.0.0.1]",
     "m" * 65 + "@example.org", "Mina <mina@example.org>", "a@" + "x" * 400 + ".org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(logins.UnusableEmailError):
        logins.parse(typed)
    assert logins.key_of(typed) == ""


def test_a_huge_text_is_refused_before_any_pattern_sees_it() -> None:
    started = time.perf_counter()
    assert logins.key_of("a." * 2_000_000 + "@example.org") == ""
    assert time.perf_counter() - started < 0.1
