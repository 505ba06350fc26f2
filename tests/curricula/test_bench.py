"""The scores of the bench, by hand, and its table on a small world."""

from pathlib import Path
from random import Random

import pytest

from bench.curricula.data import made, skill_builder
from bench.curricula.scores import scores
from bench.curricula.table import COLD, COLUMNS, table, words


def test_the_area_counts_pairs_in_the_right_order_and_ties_half() -> None:
    assert scores([(0.2, False), (0.8, True)]).auc == 1
    assert scores([(0.8, False), (0.2, True)]).auc == 0
    assert scores([(0.5, False), (0.5, True)]).auc == 0.5
    assert scores([(0.1, False), (0.4, True), (0.6, False), (0.9, True)]).auc == 0.75


def test_loss_and_calibration_by_hand() -> None:
    found = scores([(0.75, True), (0.75, True), (0.75, True), (0.75, False)])
    assert found.calibration == pytest.approx(0)
    assert found.log_loss == pytest.approx((3 * 0.287682 + 1.386294) / 4, abs=1e-5)
    assert scores([(0.9, False), (0.9, True)]).calibration == pytest.approx(0.4)


def test_true_chances_show_the_gap_of_chance_and_no_more() -> None:
    dice = Random(3)
    given = [dice.random() for _ in range(4_000)]
    found = scores([(each, dice.random() < each) for each in given])
    assert found.calibration < 2 * found.chance_gap < 0.04
    bent = scores([(each**2, dice.random() < each) for each in given])
    assert bent.calibration > 5 * bent.chance_gap


def test_one_kind_of_answer_has_no_area() -> None:
    with pytest.raises(ValueError, match="right and wrong"):
        scores([(0.5, True)])


def test_the_same_seed_makes_the_same_people() -> None:
    assert made(0.03, 5) == made(0.03, 5)
    assert made(0.03, 5).train != made(0.03, 6).train


def test_nobody_is_foretold_who_was_learned_from() -> None:
    split = made(0.03)
    assert len(split.train) == 4 * len(split.test)


def test_the_table_has_every_model_and_column() -> None:
    split = made(0.03)
    rows = table(split)
    assert list(rows) == ["mean", "skill mean", "PFA", "Elo", "BKT", "ours"]
    assert all(tuple(row) == COLUMNS for row in rows.values())
    assert rows["mean"]["all"].auc == 0.5
    assert {row["all"].answers for row in rows.values()} == {sum(map(len, split.test))}
    assert all(rows["ours"][column].auc > rows["skill mean"][column].auc for column in COLD)
    assert "ours" in words(split, rows)


def test_the_public_set_is_read_as_it_is_published(tmp_path: Path) -> None:
    for part in ("train", "test"):
        (tmp_path / f"builder_{part}.csv").write_text("3\n6,6,8,\n1,0,1,\n1\n7\n0\n")
    split = skill_builder(tmp_path)
    assert split.test == [[("6", True), ("6", False), ("8", True)], [("7", False)]]


def test_a_public_set_with_a_wrong_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "builder_train.csv").write_text("2\n6\n1\n")
    with pytest.raises(ValueError, match="2 answers announced, 1 found"):
        skill_builder(tmp_path)
