"""Texts drawn once for many readers: the same bytes as drawn anew, bounded, nobody's own."""

from collections.abc import Iterator
from functools import partial
from itertools import count

import pytest
from flask import Flask, g
from jinja2 import DictLoader
from markupsafe import Markup
from wtforms.widgets.core import html_params

from hanmadang.kernel import pages
from hanmadang.kernel.flash import say
from hanmadang.kernel.folding import FoldingEnvironment
from hanmadang.kernel.forms import DotInput, HouseForm, attributes, key_field
from hanmadang.kernel.i18n import set_locale
from hanmadang.kernel.kept import Kept
from hanmadang.kernel.permissions import Viewer

PAGE = "<p>{{ drawn() }} {{ title }} {{ own }}</p>{{ csrf_field() }}"


@pytest.fixture
def paper(app: Flask) -> Iterator[None]:
    """A page of one template, asked for by a stranger; it counts how often it is drawn."""
    loaders = [environment.loader for environment in _environments(app)]
    drawn = count(1)
    for environment in _environments(app):
        environment.loader = DictLoader({"page.html": PAGE})
        environment.globals["drawn"] = lambda: next(drawn)
    with app.test_request_context("/ko/somewhere"):
        set_locale("ko")
        yield
    for environment, loader in zip(_environments(app), loaders, strict=True):
        environment.loader = loader
        del environment.globals["drawn"]
    app.extensions["hanmadang.kept"].forget()


def _environments(app: Flask) -> list[FoldingEnvironment]:
    return list(app.extensions["hanmadang.environments"][0].values())


def shown(own: str = "mine", title: str = "한마당", key: object = None) -> str:
    """The page, without its token."""
    values = {"own": Markup("<b>{}</b>").format(own)}
    page = pages.render_kept("page.html", key or title, values, title=title)
    return page.replace(str(pages.csrf_field()), "TOKEN")


@pytest.mark.usefixtures("paper")
def test_a_page_is_drawn_once_and_what_is_a_readers_own_is_put_in_each_time() -> None:
    assert shown("mine") == "<p>1 한마당 <b>mine</b></p>TOKEN"
    assert shown("<yours>") == "<p>1 한마당 <b>&lt;yours&gt;</b></p>TOKEN"


@pytest.mark.usefixtures("paper")
def test_another_key_another_page() -> None:
    assert [shown(title="a"), shown(title="b"), shown(title="a")] == [
        f"<p>{number} {title} <b>mine</b></p>TOKEN"
        for number, title in ((1, "a"), (2, "b"), (1, "a"))
    ]


@pytest.mark.usefixtures("paper")
def test_each_device_gets_its_own_token() -> None:
    pages.render_kept("page.html", 1, {"own": Markup()}, title="")
    first = str(pages.csrf_field())
    g.new_device = "E" * 43
    again = pages.render_kept("page.html", 1, {"own": Markup()}, title="")
    assert first not in again
    assert str(pages.csrf_field()) in again


@pytest.mark.usefixtures("paper")
def test_a_page_with_a_name_or_a_message_on_it_is_that_readers_alone() -> None:
    g.viewer = Viewer(account_id=1, name="홍길동")
    assert [shown(), shown()] == [f"<p>{n} 한마당 <b>mine</b></p>TOKEN" for n in (1, 2)]
    g.viewer = Viewer()
    say("좌석을 예약했습니다.")
    assert shown().startswith("<p>3 ")


@pytest.mark.usefixtures("paper")
def test_a_query_is_never_kept(app: Flask) -> None:
    with app.test_request_context("/ko/somewhere?x=1"):
        set_locale("ko")
        assert [shown(), shown()] == [f"<p>{n} 한마당 <b>mine</b></p>TOKEN" for n in (1, 2)]
    assert len(app.extensions["hanmadang.kept"]) == 0


@pytest.mark.usefixtures("paper")
def test_a_text_that_looks_like_a_blank_is_refused_rather_than_filled() -> None:
    with pytest.raises(ValueError, match="reader's own"):
        shown(title="\0somebody\0")


def test_what_is_kept_is_bounded() -> None:
    kept = Kept(most=20_000)
    for number in range(1_000):
        text = "가" * (number % 500)
        assert kept.get(number, partial(tuple, [text])) == (text,)
        assert kept.size <= 20_000
    assert 0 < len(kept) < 20
    assert kept.get("vast", lambda: ("x" * 30_000,)) == ("x" * 30_000,)
    assert kept.size <= 20_000


def test_what_is_forgotten_is_drawn_again() -> None:
    kept, drawn = Kept(), count()
    assert [kept.get("a", lambda: (str(next(drawn)),)) for _ in range(2)] == [("0",), ("0",)]
    kept.forget()
    assert (kept.get("a", lambda: (str(next(drawn)),)), len(kept)) == (("1",), 1)


@pytest.mark.parametrize(
    "values",
    [
        {"id": "q1-0", "name": "q1", "type": "radio", "value": "5"},
        {"checked": True, "disabled": False, "name": "a"},
        {"class_": "input", "data_a_b": '"', "aria_label": "<&>'"},
        {"value": Markup('a"b&amp;')},
        {"value": 3, "maxlength": None},
        {},
    ],
)
def test_our_attributes_are_those_of_wtforms(values: dict[str, object]) -> None:
    assert attributes(**values) == html_params(**values)


def test_a_key_field_is_the_forms_own(app: Flask) -> None:
    with app.test_request_context():
        form = HouseForm()
        assert key_field(str(form.idempotency_key.data)) == form.idempotency_key()
        assert key_field() != key_field()
    assert DotInput().input_type == "radio"
