"""Both languages are complete, and the checks that say so can see."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools import catalogue_checks, catalogues

Write = Callable[[str, str], None]


@pytest.mark.parametrize("room", catalogues.ROOMS)
@pytest.mark.parametrize(
    "check",
    [
        catalogue_checks.stale,
        catalogue_checks.empty,
        catalogue_checks.fuzzy,
        catalogue_checks.placeholders,
        catalogue_checks.particles,
    ],
)
def test_the_catalogue_is_in_order(check: Callable[[str], list[str]], room: str) -> None:
    found = check(room)
    assert not found, "\n" + "\n".join(found)


def test_no_text_speaks_with_two_voices() -> None:
    assert catalogue_checks.two_voices() == []


def test_no_text_is_built() -> None:
    assert catalogue_checks.built_messages() == []


def test_no_text_hides_in_an_f_string() -> None:
    assert catalogue_checks.nested_messages() == []


def test_catalogues_are_written_as_the_command_writes_them() -> None:
    rooms = [room for room in catalogues.ROOMS if catalogues.path_of(room).exists()]
    differing = [
        room
        for room in rooms
        if catalogues.path_of(room).read_text(encoding="utf-8")
        != catalogues.rendered(room, catalogues.merged(room))
    ]
    assert differing == [], "run `make strings`"


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """A house with one room, `polls`: writes its source and its catalogue's body."""
    package, folder = tmp_path / "hanmadang", tmp_path / "po"
    (package / "polls").mkdir(parents=True)
    folder.mkdir()
    for module in (catalogues, catalogue_checks):
        monkeypatch.setattr(module, "PACKAGE", package)
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues, "TEMPLATES", tmp_path / "templates")
    monkeypatch.setattr(catalogues, "FOLDER", folder)
    monkeypatch.setattr(catalogue_checks, "extracted_ids", catalogues.extracted_ids.__wrapped__)

    def write(source: str, catalogue: str, room: str = "polls") -> None:
        (package / room).mkdir(exist_ok=True)
        (package / room / "views.py").write_text(source, encoding="utf-8")
        text = catalogues.HEADER.format(room=room) + catalogue
        (folder / f"{room}.po").write_text(text, encoding="utf-8")

    return write


def entry(english: str, korean: str) -> str:
    return f'msgid "{english}"\nmsgstr "{korean}"\n\n'


def test_a_new_text_makes_the_catalogue_stale(trial: Write) -> None:
    trial('_("Vote")', "")
    assert catalogue_checks.stale("polls") == [
        "polls: not in the catalogue: 'Vote' (run `make strings`)"
    ]


def test_a_removed_text_makes_the_catalogue_stale(trial: Write) -> None:
    trial("", entry("Vote", "투표"))
    assert catalogue_checks.stale("polls") == [
        "polls: no longer in the sources: 'Vote' (run `make strings`)"
    ]


def test_an_empty_plural_is_missing(trial: Write) -> None:
    plural = 'msgid "%(n)s vote"\nmsgid_plural "%(n)s votes"\nmsgstr[0] ""\n'
    trial('_n("%(n)s vote", "%(n)s votes", n)', plural)
    assert catalogue_checks.empty("polls") == ["polls: not translated: '%(n)s vote'"]


def test_a_fuzzy_text_is_refused(trial: Write) -> None:
    trial('_("Vote")', "#, fuzzy\n" + entry("Vote", "투표"))
    assert catalogue_checks.fuzzy("polls") == ["polls: marked fuzzy: 'Vote'"]


@pytest.mark.parametrize(
    ("english", "korean", "problem"),
    [
        ("%(a)s of %(b)s", "%(b)s 중 %(c)s", "the placeholders differ (a, c)"),
        ("%(a)s full", "%(a)s 100% 찼음", "a lone percent sign (write %%)"),
    ],
)
def test_placeholders_must_agree(trial: Write, english: str, korean: str, problem: str) -> None:
    trial(f'_("{english}")', entry(english, korean))
    assert catalogue_checks.placeholders("polls") == [f"polls: {problem}: {english!r}"]


@pytest.mark.parametrize(
    "korean",
    [
        "%(a)s을 열기",
        "%(a)s은(는) 열림",
        "‘%(a)s’이 열림",
        "%(a)s으로",
        "%(a)s을/를 열기",
        "%(a)s로부터",
    ],
)
def test_a_bare_particle_is_refused(trial: Write, korean: str) -> None:
    trial('_("Open %(a)s")', entry("Open %(a)s", korean))
    assert len(catalogue_checks.particles("polls")) == 1


@pytest.mark.parametrize(
    "korean",
    ["%(a)s{을/를} 열기", "%(a)s 열기", "%(a)s과목 열기", "%(a)s의 문", "%(a)s{으로부터/로부터}"],
)
def test_a_chosen_particle_passes(trial: Write, korean: str) -> None:
    trial('_("Open %(a)s")', entry("Open %(a)s", korean))
    assert catalogue_checks.particles("polls") == []


def test_an_unknown_pair_is_refused(trial: Write) -> None:
    trial('_("Open %(a)s")', entry("Open %(a)s", "%(a)s{를/을} 열기"))
    assert catalogue_checks.particles("polls") == [
        "polls: no such particle pair: {를/을} in '%(a)s{를/을} 열기'"
    ]


def test_two_rooms_must_agree(trial: Callable[..., None]) -> None:
    trial('_("Vote")', entry("Vote", "투표"))
    trial('_("Vote")', entry("Vote", "표결"), room="events")
    assert catalogue_checks.two_voices() == ["'Vote' is '표결' in events but '투표' in polls"]


@pytest.mark.parametrize("call", ['_(f"Hi {x}")', '_("Hi %s" % x)', 'lazy("Hi {}".format(x))'])
def test_a_built_text_is_found(trial: Write, call: str) -> None:
    trial(call, "")
    assert catalogue_checks.built_messages() == [
        "hanmadang/polls/views.py:1: the text is built, not written"
    ]


def test_updating_keeps_translations_and_drops_the_rest(trial: Write) -> None:
    trial('_("Vote"); _("Close")', entry("Vote", "투표") + entry("Old", "옛것"))
    assert catalogues.update("polls") is True
    held = {catalogues.singular(m): m.string for m in catalogues.texts(catalogues.stored("polls"))}
    assert held == {"Close": "", "Vote": "투표"}
    assert catalogues.update("polls") is False


def test_a_room_without_texts_has_no_file(trial: Write) -> None:
    trial("", entry("Old", "옛것"))
    catalogues.update("polls")
    assert not catalogues.path_of("polls").exists()


def test_a_text_in_an_f_string_is_found(trial: Write) -> None:
    trial("title = f\"{_('Polls')}!\"", "")
    assert catalogue_checks.nested_messages() == [
        "hanmadang/polls/views.py:1: the text stands inside an f-string"
    ]
