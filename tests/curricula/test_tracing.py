"""What answers say about one competency, and about the others."""

import pytest

from hanmadang.curricula.engine.fitting import fit
from hanmadang.curricula.engine.tracing import Parameters, Skill, Trace, answered, chance, odds
from tests.factories.curricula import answers_of

WAR, PEACE = "war", "peace"


def told(*rights: bool, code: str = WAR) -> Trace:
    """A person who gave these answers."""
    trace = Trace(Parameters())
    for right in rights:
        trace.answer(code, right=right)
    return trace


def test_a_right_answer_makes_knowing_likelier_and_a_wrong_one_less_likely() -> None:
    before = told().mastery(WAR)
    assert told(False).mastery(WAR) < before < told(True).mastery(WAR)


def test_bayes_rule_by_hand() -> None:
    skill = Skill(guess=0.25, slip=0.10)
    assert answered(0.5, skill, right=True) == pytest.approx(0.45 / (0.45 + 0.125))
    assert answered(0.5, skill, right=False) == pytest.approx(0.05 / (0.05 + 0.375))


def test_answers_on_one_competency_say_something_about_another() -> None:
    assert told(False, False).mastery(PEACE) < told().mastery(PEACE) < told(True).mastery(PEACE)
    assert told(False, False).right(PEACE) < told().right(PEACE) < told(True).right(PEACE)


def test_the_first_answers_say_most_about_the_ability() -> None:
    first = told(True).ability
    fourth = told(True, False, True, True).ability - told(True, False, True).ability
    assert 0 < fourth < first


def test_chances_and_log_odds_are_inverse_and_finite_at_the_ends() -> None:
    assert chance(odds(0.3)) == pytest.approx(0.3)
    assert odds(0.0) == pytest.approx(-odds(1.0))
    assert 0 < chance(odds(0.0)) < 0.01


def test_parameters_come_back_from_answers_that_follow_them() -> None:
    true = Skill(prior=0.3, learn=0.2, guess=0.2, slip=0.08)
    found = fit([answers_of(person, true) for person in range(3_000)]).of("c")
    assert found.prior == pytest.approx(true.prior, abs=0.05)
    assert found.learn == pytest.approx(true.learn, abs=0.03)
    assert found.guess == pytest.approx(true.guess, abs=0.03)
    assert found.slip == pytest.approx(true.slip, abs=0.02)


def test_three_answers_do_not_make_a_parameter() -> None:
    usual = Parameters().usual
    found = fit([[("rare", False)]] * 3).of("rare")
    assert found.first == pytest.approx(5 * usual.first / 8)
    assert abs(found.slip - usual.slip) < 0.15


def test_without_answers_the_defaults_hold() -> None:
    assert fit([]) == Parameters()
    assert fit([[]]) == Parameters()


def test_the_same_answers_give_the_same_parameters_whoever_comes_first() -> None:
    people = [answers_of(person, Skill()) for person in range(50)]
    there, back = fit(people), fit(people[::-1])
    assert there == fit(people)
    assert there.of("c").prior == pytest.approx(back.of("c").prior)
