"""What is constant in a template is written down when it is compiled, and nothing else."""

import pytest
from flask import Flask

from hanmadang.kernel import i18n
from hanmadang.kernel.folding import FoldingEnvironment
from hanmadang.kernel.pages import address

Environments = dict[str, FoldingEnvironment]


@pytest.fixture
def environments(app: Flask) -> Environments:
    """The template environment of each language."""
    found: Environments = app.extensions["hanmadang.environments"][0]
    return found


@pytest.mark.parametrize(
    ("source", "korean", "english"),
    [
        ("{{ _('Events') }}", "행사", "Events"),
        ("{{ url_for('events.index') }}", "/ko/events", "/en/events"),
        ("{{ url_for('events.index', lang='en') }}", "/en/events", "/en/events"),
        ("{{ url_for('events.feed', q='a') }}", "/ko/events.ics?q=a", "/en/events.ics?q=a"),
        ("<a title='{{ _('Events') }}'>", "<a title='행사'>", "<a title='Events'>"),
    ],
)
def test_constants_read_as_the_language_says(
    environments: Environments, source: str, korean: str, english: str
) -> None:
    assert environments["ko"].from_string(source).render() == korean
    assert environments["en"].from_string(source).render() == english


@pytest.mark.parametrize(
    "source",
    [
        "{{ _('Events') }}",
        "{{ url_for('events.index') }}",
        "{{ asset('css/base.css') }}",
        "{% from 'macros/icons.html' import icon %}{{ icon('home') }}",
        "{% from 'macros/icons.html' import icon as sign %}{{ sign('home', cls='big') }}",
        "{% from 'macros/ui.html' import status %}{{ status(_('Done'), 'good') }}",
    ],
)
def test_a_constant_call_is_not_made_again(environments: Environments, source: str) -> None:
    assert "context.call" not in _code(environments, source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ _('%(n)s events', n=n) }}",
        "{{ _(word) }}",
        "{{ url_for('events.show', slug=slug) }}",
        "{{ url_for('nowhere.at_all') }}",
        "{{ csrf_field() }}",
        "{{ icon('home') }}",
    ],
)
def test_what_depends_on_the_request_stays_a_call(environments: Environments, source: str) -> None:
    assert "context.call" in _code(environments, source)


def test_typed_text_is_still_escaped(environments: Environments) -> None:
    page = environments["en"].get_template("macros/ui.html").module
    assert "&lt;b&gt;" in str(page.crumbs([("<b>", None)]))  # type: ignore[attr-defined]


def test_an_anchor_is_part_of_the_address(environments: Environments) -> None:
    source = "{{ url_for('events.index', _anchor=at) }}"
    template = environments["en"].from_string(source)
    assert template.render(at="a b") == "/en/events#a%20b"
    assert template.render(at=None) == "/en/events"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_address_needs_no_request(app: Flask, language: str) -> None:
    with app.app_context(), i18n.use_locale(language):
        assert address("events.show", slug="evening") == f"/{language}/events/evening"


def _code(environments: Environments, source: str) -> str:
    compiled = environments["en"].compile(source, raw=True)
    assert isinstance(compiled, str)
    return compiled
