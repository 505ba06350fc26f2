"""The graph as plain values: what would be wrong with it, what edits change, how it is drawn."""

from itertools import pairwise

import pytest

from hanmadang.curricula.graph import edits
from hanmadang.curricula.graph.faults import FaultKind, cycle_in, faults
from hanmadang.curricula.graph.layout import HEIGHT, WIDTH, crossings, draw
from hanmadang.curricula.graph.specs import CompetencySpec
from hanmadang.curricula.graph.words import fault_text, needs_text
from hanmadang.curricula.texts_graph import wrapped
from hanmadang.kernel.i18n import use_locale
from tests.factories.graph import graph_of, spec


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (spec("b", "b"), FaultKind.ITSELF),
        (spec("b", "nobody"), FaultKind.UNKNOWN),
        (spec("b", "a", helps=("a",)), FaultKind.TWICE),
        (spec("b", "out"), FaultKind.NEEDED),
        (spec("b", importance=0.0), FaultKind.IMPORTANCE),
        (spec("b", importance=float("nan")), FaultKind.IMPORTANCE),
        (spec("b", topic="nothing"), FaultKind.TOPIC),
        (spec("b", name_en=" "), FaultKind.NAME),
        (spec("b", name_ko="가" * 201), FaultKind.LONG),
        (spec("B 1"), FaultKind.CODE),
        (spec("b", state="merged"), FaultKind.STATE),
        (spec("b", state="merged", merged_into="out"), FaultKind.INTO),
    ],
)
def test_each_fault_is_named(wrong: CompetencySpec, kind: FaultKind) -> None:
    graph = graph_of(spec("a"), spec("out", state="retired"), wrong)
    found = faults(graph)
    assert [fault.kind for fault in found] == [kind]
    for language in ("ko", "en"):
        with use_locale(language):
            assert "%(" not in str(fault_text(found[0], graph))


def test_a_sound_graph_has_no_fault() -> None:
    assert faults(graph_of(spec("a"), spec("b"), spec("c", ("a", "b"), helps=()))) == []


@pytest.mark.parametrize(
    "closing",
    [spec("a", "c"), spec("a", ("c", "d")), spec("a", helps=("c",))],
    ids=["hard", "one of two", "soft"],
)
def test_a_circle_is_found_through_every_kind_of_edge(closing: CompetencySpec) -> None:
    graph = graph_of(closing, spec("b", "a"), spec("c", "b"), spec("d"))
    way = cycle_in(graph)
    assert way[0] == way[-1]
    assert set(way) == {"a", "b", "c"}
    for code, need in pairwise(way):
        assert need in set(graph.competencies[code].before())


def test_a_circle_is_told_with_its_names_in_both_languages() -> None:
    graph = graph_of(spec("a", "b"), spec("b", "a"))
    text = fault_text(faults(graph)[0], graph)
    with use_locale("en"):
        assert "“Skill a” → “Skill b” → “Skill a”" in str(text) or (
            "“Skill b” → “Skill a” → “Skill b”" in str(text)
        )
    with use_locale("ko"):
        assert "‘a 역량’ → ‘b 역량’" in str(text) or "‘b 역량’ → ‘a 역량’" in str(text)


def test_a_group_that_another_one_meets_says_nothing() -> None:
    assert spec("k", "a", ("a", "b"), ("c",)).needs == (("a",), ("c",))


def test_needs_read_as_and_of_or() -> None:
    graph = graph_of(spec("a"), spec("b"), spec("c"), spec("k", "a", ("b", "c")))
    with use_locale("en"):
        said = needs_text(graph.competencies["k"], graph)
    assert said == "“Skill a”; one of “Skill b”, “Skill c”"


def test_a_merger_moves_everything_that_stood_on_the_old_one() -> None:
    graph = graph_of(
        spec("old", "a"), spec("new"), spec("a"), spec("x", "old"),
        spec("y", "new", helps=("old",)), spec("z", ("a", "old")),
        spec("older", state="merged", merged_into="old"),
    )  # fmt: skip
    after = graph.after(edits.merged(graph, "old", "new"))
    found = after.competencies
    assert (found["old"].state, found["old"].merged_into) == ("merged", "new")
    assert found["older"].merged_into == "new"
    assert (found["x"].needs, found["y"].helps) == ((("new",),), ())
    assert found["z"].needs == (("a", "new"),)
    assert faults(after) == []


def test_one_merged_into_what_stood_on_it_does_not_need_itself() -> None:
    graph = graph_of(spec("old"), spec("new", "old"))
    after = graph.after(edits.merged(graph, "old", "new"))
    assert after.competencies["new"].needs == ()


def test_what_is_still_needed_cannot_retire() -> None:
    graph = graph_of(spec("a"), spec("b", "a"))
    after = graph.after(edits.retired(graph, "a"))
    assert [(fault.kind, fault.code, fault.others) for fault in faults(after)] == [
        (FaultKind.NEEDED, "a", ("b",))
    ]


def test_undoing_a_new_competency_retires_it() -> None:
    graph = graph_of(spec("a"))
    change = edits.written(spec("b", "a"))
    before, after = graph.part(change), graph.after(change)
    back = after.after(edits.undone(before, change))
    assert back.competencies["b"].state == "retired"
    assert faults(back) == []


def test_every_line_runs_forward_and_none_through_a_box() -> None:
    drawing = draw([spec("a"), spec("b", "a"), spec("c", "b"), spec("d", "c", "a"), spec("e", "a")])
    at = {box.code: (box.x, box.y) for box in drawing.boxes}
    assert [at[line.start][0] < at[line.end][0] for line in drawing.lines] == [True] * 5
    boxes = list(at.values())
    apart = [
        abs(x - u) >= WIDTH or abs(y - v) >= HEIGHT
        for n, (x, y) in enumerate(boxes)
        for u, v in boxes[:n]
    ]
    assert all(apart)
    assert all(x + WIDTH <= drawing.width and y + HEIGHT <= drawing.height for x, y in boxes)


def test_the_drawing_uncrosses_what_can_be_uncrossed() -> None:
    crossed = [spec("a"), spec("b"), spec("y", "b"), spec("z", "a")]
    drawing = draw(crossed)
    at = {box.code: box.y for box in drawing.boxes}
    assert (at["a"] < at["b"]) == (at["z"] < at["y"])
    rows = [[("a", "", 0), ("b", "", 0)], [("y", "", 1), ("z", "", 1)]]
    pairs = [(rows[0][0], rows[1][1]), (rows[0][1], rows[1][0])]
    assert crossings(rows, pairs) == 1


def test_the_same_graph_gives_the_same_drawing() -> None:
    found = [spec("a"), spec("b", "a"), spec("c", ("a", "b")), spec("d", "b", helps=("c",))]
    assert draw(found) == draw(reversed(found))


def test_an_empty_graph_draws_nothing() -> None:
    assert draw([]).boxes == ()


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("정전협정의 내용", ["정전협정의 내용"]),
        ("The main inter-Korean agreements", ["The main inter-Korean", "agreements"]),
        ("가" * 20, ["가" * 11 + "…"]),
        ("one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
         ["one two three four", "five six seven eight", "nine ten eleven twel…"]),
    ],
)  # fmt: skip
def test_names_break_into_at_most_three_lines(name: str, lines: list[str]) -> None:
    assert wrapped(name) == lines
