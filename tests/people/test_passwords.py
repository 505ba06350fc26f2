"""What a password may be, and how it is kept."""

import threading
import unicodedata

import pytest

from hanmadang.kernel import gate
from hanmadang.people import passwords
from hanmadang.people.worst_passwords import WORST, is_among_the_worst

GOOD = "네 마리 조용한 푸른 말"


def test_a_stored_password_is_argon2id_with_the_agreed_cost() -> None:
    assert passwords.hashed(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_right_password_fits_and_another_does_not() -> None:
    stored = passwords.hashed(GOOD)
    assert [passwords.fits(stored, GOOD), passwords.fits(stored, GOOD + "!")] == [True, False]


def test_equal_passwords_are_stored_differently() -> None:
    assert passwords.hashed(GOOD) != passwords.hashed(GOOD)


def test_decomposed_hangul_is_the_same_password() -> None:
    stored = passwords.hashed(unicodedata.normalize("NFD", GOOD))
    assert passwords.fits(stored, unicodedata.normalize("NFC", GOOD))


@pytest.mark.parametrize("stored", [None, passwords.UNUSABLE])
def test_nobody_has_a_password_that_fits(stored: str | None) -> None:
    assert not passwords.fits(stored, "nobody's password, thrown away 8f3")


@pytest.mark.parametrize("stored", [None, passwords.UNUSABLE])
def test_an_unknown_account_costs_a_whole_hash(
    stored: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Spy:
        def verify(self, stored: str, _password: str) -> bool:
            asked.append(stored)
            return True

    monkeypatch.setattr(passwords, "_hasher", Spy())
    assert not passwords.fits(stored, GOOD)
    assert [one.split("$")[3] for one in asked] == ["m=19456,t=2,p=1"]


@pytest.mark.parametrize(
    "password", [GOOD, "x7!kQ2#mPz", "a" * 3 + "bK9" * 2 + "zzq", "ㄱ나Dz9!무지개길"]
)
def test_a_good_password_is_taken(password: str) -> None:
    passwords.check_strength(password)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 10"),
        ("가나다라마바사아자", "at least 10"),
        ("x7!kQ2#mP" * 15, "at most 128"),
        ("Password!2026", "first that people try"),
        ("PASSWORD1234", "first that people try"),
        ("1234567890", "first that people try"),
        ("0987654321", "first that people try"),
        ("aaaaaaaaaa", "first that people try"),
        ("abcabcabcabc", "first that people try"),
        ("qwertyuiop", "first that people try"),
        ("asdfghjkl;'", "first that people try"),
        ("1q2w3e4r5t", "first that people try"),
        ("qlalfqjsgh1", "first that people try"),
        ("dkssudgktpdy", "first that people try"),
        ("Tkfkdgody!!!", "first that people try"),
        ("비밀번호1234567", "first that people try"),
        ("대한민국만세!!!!!", "first that people try"),
        ("ㅁㄴㅇㄹㅁㄴㅇㄹㅁㄴㅇㄹ", "first that people try"),
        ("hanmadang2026", "first that people try"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_with_a_reason(password: str, words: str) -> None:
    from hanmadang.kernel.i18n import use_locale

    with use_locale("en"), pytest.raises(passwords.WeakPasswordError) as refused:
        passwords.check_strength(password)
    assert words in str(refused.value.text)


def test_the_address_is_no_password() -> None:
    with pytest.raises(passwords.WeakPasswordError):
        passwords.check_strength("Mina.Kim@Example.org", "mina.kim@example.org")


def test_the_list_of_the_worst_is_long_enough_and_finds_each_of_its_own() -> None:
    assert len(WORST) > 200
    assert [word for word in WORST if not is_among_the_worst(word)] == []


def test_at_most_four_hashes_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock, full = 0, 0, threading.Lock(), threading.Event()

    class Slow:
        def hash(self, _text: str) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
                if running == passwords.AT_ONCE:
                    full.set()
            full.wait(5)
            with lock:
                running -= 1
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.hashed, args=(GOOD,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 4


def test_other_requests_run_while_one_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    class Looking:
        def hash(self, _text: str) -> str:
            free = gate._gate.acquire(blocking=False)
            if free:
                gate._gate.release()
            seen.append(free)
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Looking())
    with gate.turn():
        passwords.hashed(GOOD)
    assert seen == [True]
