"""The vocabulary as files: what is written is read back the same, and bad rows are named."""

from time import process_time

import pytest

from hanmadang.curricula.graph.exchange import COLUMNS, Reading, read_file, write_csv, write_toml
from hanmadang.curricula.graph.faults import faults
from hanmadang.curricula.graph.specs import Graph, TopicSpec, ViewSpec
from hanmadang.demo import sample
from hanmadang.kernel.i18n import use_locale
from tests.factories.graph import graph_of, spec


def sample_graph() -> Graph:
    """The demo's vocabulary."""
    return Graph().after(read_file("vocabulary.toml", sample.content("vocabulary.toml")).document)


def awkward() -> Graph:
    """Texts that files like to spoil."""
    plain = graph_of(
        spec("a", name_en='Quotes ", commas; and \\', name_ko="줄 – ‘따옴표’"),
        spec("b", importance=0.85, about_en="=1+1", about_ko="[[topics]]"),
        spec("c", "a", ("b", "d"), helps=("e",)),
        spec("d"),
        spec("e"),
        spec("f", state="merged", merged_into="a"),
        spec("g", state="retired"),
    )
    views = {"people": ViewSpec("people", "사람", "People", "설명", "")}
    return Graph(
        {**plain.topics, "zoo": TopicSpec("zoo", 1, "동물", "Zoo")}, views, plain.competencies
    )


def told(reading: Reading) -> list[tuple[str, str]]:
    """(where, what) in English."""
    with use_locale("en"):
        return [(each.where, str(each.problem)) for each in reading.complaints]


def test_the_sample_vocabulary_holds_together() -> None:
    graph = sample_graph()
    assert faults(graph) == []
    assert len(graph.competencies) == 16
    assert any(len(group) > 1 for each in graph.competencies.values() for group in each.needs)
    assert any(each.helps for each in graph.competencies.values())


@pytest.mark.parametrize("graph", [sample_graph(), awkward()], ids=["sample", "awkward"])
def test_toml_comes_back_the_same(graph: Graph) -> None:
    assert Graph().after(read_file("v.toml", write_toml(graph)).document) == graph


@pytest.mark.parametrize("graph", [sample_graph(), awkward()], ids=["sample", "awkward"])
def test_csv_brings_the_competencies_back_the_same(graph: Graph) -> None:
    read = read_file("c.csv", write_csv(graph))
    assert Graph().after(read.document).competencies == graph.competencies


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("v.xlsx", b"", "Please choose a file that ends in .toml or .csv."),
        ("v.toml", b"\xff\xfe", "The file is not written in UTF-8."),
        ("v.toml", b"[[", "This is not TOML."),
        ("v.toml", b"a = " + b"[" * 50_000, "This is not TOML."),
        ("v.toml", b"a = 1" + b"0" * 5_000, "This is not TOML."),
        ("c.csv", b'"' + b"a" * 150_000, "This is not CSV."),
        ("v.toml", b"[[words]]", "Only topics, viewpoints and competencies belong here."),
        ("v.toml", b"", "There is nothing in this file."),
        ("v.toml", b"x" * 200_001, "The file is larger than 200 KB."),
    ],
)
def test_a_file_that_is_none_is_refused(name: str, content: bytes, said: str) -> None:
    read = read_file(name, content)
    assert [text for _where, text in told(read)] == [said]
    assert read.document == {}


def test_a_file_made_to_keep_the_reader_busy_is_refused_at_once() -> None:
    """Left to the reader of TOML, each of these takes a minute and more."""
    begun = process_time()
    for content in (b"a." * 90_000 + b"a = 1", b"[" + b"a." * 90_000 + b"a]"):
        assert told(read_file("v.toml", content))[0][1] == "This is not TOML."
    assert process_time() - begun < 1


def test_of_a_file_full_of_bad_rows_the_first_hundred_are_named() -> None:
    read = read_file("c.csv", ",".join(COLUMNS).encode() + b"\nx" * 5_000)
    assert len(read.complaints) == 100
    assert read.document == {}


@pytest.mark.parametrize("weight", ["nan", "inf", "1" + "0" * 400])
def test_an_importance_that_is_no_share_is_refused(weight: str) -> None:
    row = f'[[competencies]]\ncode = "a"\ntopic = "history"\nimportance = {weight}\n'
    read = read_file("v.toml", row.encode())
    assert read.complaints or faults(Graph().after(read.document))


def test_each_bad_row_is_named_and_no_row_is_taken() -> None:
    toml = """
[[topics]]
code = "history"
name = {ko = "역사", en = "History"}
[[competencies]]
code = "a"
topic = "history"
importance = "much"
[[competencies]]
code = "b"
topic = "history"
colour = "red"
[[competencies]]
topic = "history"
[[competencies]]
code = "d"
topic = "history"
needs = [1]
"""
    read = read_file("v.toml", toml.encode())
    assert told(read) == [
        ("competencies 1", "Importance is a number between 0.1 and 1."),
        ("competencies 2", "Unknown: colour."),
        ("competencies 3", "Please write a text for code."),
        ("competencies 4", "Prerequisites are codes, or lists of codes of which one is enough."),
    ]
    assert read.document == {}


def test_rows_of_a_csv_are_named_by_their_line() -> None:
    good = "a,history,가,A,,,0.5,,,active,"
    content = "\n".join((",".join(COLUMNS), good, "b,history", good)).encode()
    assert told(read_file("c.csv", content)) == [
        ("3", "This row has 2 cells instead of 11."), ("4", "The code a stands there twice."),
    ]  # fmt: skip


def test_a_csv_needs_its_head() -> None:
    assert "The first line must name these columns" in told(read_file("c.csv", b"a,b\n"))[0][1]
