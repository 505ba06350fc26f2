"""The gate: one computes, the others wait; whoever waits for something outside steps aside."""

import threading

import pytest

from hanmadang.kernel.gate import aside, turn


def test_nobody_enters_while_somebody_computes() -> None:
    entered = threading.Event()

    def other() -> None:
        with turn():
            entered.set()

    with turn():
        thread = threading.Thread(target=other)
        thread.start()
        assert not entered.wait(0.05)
    thread.join(5)
    assert entered.is_set()


def test_others_enter_while_somebody_is_aside() -> None:
    entered = threading.Event()

    def other() -> None:
        with turn():
            entered.set()

    with turn(), aside():
        thread = threading.Thread(target=other)
        thread.start()
        assert entered.wait(5)
        thread.join(5)


def test_coming_back_waits_for_ones_turn() -> None:
    back, release = threading.Event(), threading.Event()
    inside = threading.Event()

    def other() -> None:
        with turn():
            inside.set()
            release.wait(5)

    def first() -> None:
        with turn():
            with aside():
                thread.start()
                inside.wait(5)
            back.set()

    thread = threading.Thread(target=other)
    runner = threading.Thread(target=first)
    runner.start()
    assert inside.wait(5)
    assert not back.wait(0.05)
    release.set()
    assert back.wait(5)
    runner.join(5)
    thread.join(5)


def test_aside_without_a_turn_does_nothing() -> None:
    with aside(), turn():  # a lock that was released twice would raise
        pass


def test_errors_leave_the_gate_as_it_was() -> None:
    with pytest.raises(KeyError), turn(), aside():
        raise KeyError
    with turn():
        pass
