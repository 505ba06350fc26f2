"""The base form: our token, clean text, our words, the typed text kept."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectMultipleField

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.device import form_token
from hanmadang.kernel.forms import HouseForm, at_most, bilingual, body, line, required
from hanmadang.kernel.i18n import lazy, use_locale
from hanmadang.kernel.ids import new_key


class Letter(HouseForm):
    """Two texts, and fields that nobody types."""

    title = line(lazy("Title"), most=10, validators=[required()])
    words = body(lazy("Text"), most=20)
    place = HiddenField()
    tags = SelectMultipleField(choices=[], validate_choice=False)


def sent(app: Flask, **fields: Any) -> tuple[bool, Letter]:
    """The form as it looks after being sent."""
    with app.test_request_context("/", method="POST"), use_locale("en"):
        own = {"csrf_token": form_token(), "idempotency_key": new_key()}
        form = Letter(MultiDict(own | {"title": "Hello"} | fields))
        return form.sent(), form


def test_a_right_form_is_right(app: Flask) -> None:
    right, form = sent(app, words="one\ntwo")
    assert (right, form.errors) == (True, {})


def test_text_is_cleaned_on_the_way_in(app: Flask) -> None:
    _right, form = sent(app, title="  \u1112\u1161\u11ab   a\u202e ", words="a  b")
    assert (form.title.data, form.words.data) == ("한 a", "a  b")


@pytest.mark.parametrize("field", ["title", "words", "place", "tags"])
@pytest.mark.parametrize("text", ["a\x00b", "a\ud800"])
def test_text_that_no_database_keeps_is_a_fault_of_its_field(
    app: Flask, field: str, text: str
) -> None:
    right, form = sent(app, **{field: text})
    assert not right
    assert form.errors == {field: ["This text holds a character that cannot be stored."]}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"title": " "}, "title", "Please fill this in."),
        ({"title": "x" * 11}, "title", "Please use at most 10 characters."),
        ({"words": "통" * 21}, "words", "Please use at most 20 characters."),
        ({"csrf_token": "forged"}, "csrf_token", "This page was open for too long."),
    ],
)
def test_faults_are_told_in_our_words(
    app: Flask, fields: dict[str, str], field: str, words: str
) -> None:
    right, form = sent(app, **fields)
    assert not right
    assert list(form.errors) == [field]
    assert form.errors[field][0].startswith(words)


@pytest.mark.parametrize("key", ["", "short", "x" * 65])
def test_an_odd_idempotency_key_is_refused(app: Flask, key: str) -> None:
    right, form = sent(app, idempotency_key=key)
    assert not right
    assert list(form.errors) == ["idempotency_key"]


def test_the_request_is_its_fields_without_token_and_key(app: Flask) -> None:
    _right, one = sent(app, words="x")
    _right, two = sent(app, words="x")
    _right, other = sent(app, words="y")
    assert one.hash_fields() == two.hash_fields()
    assert one.hash_fields() != other.hash_fields()


def test_a_pair_of_fields_is_one_text_that_keeps_its_history(app: Flask) -> None:
    class Pair(HouseForm):
        name_ko = line(lazy("Name"))
        name_en = line(lazy("Name"))

    with app.test_request_context("/", method="POST"):
        form = Pair(MultiDict({"name_ko": "이름", "name_en": "Name"}))
        assert bilingual(form, "name") == Bilingual.of(ko="이름", en="Name")
        before = Bilingual.of(ko="옛 이름", en="Name")
        after = bilingual(form, "name", before)
    assert (after.source, after.to_json()["ko"]) == (before.source, after.to_json()["ko"])
    assert after != before


def test_no_text_is_never_too_long(app: Flask) -> None:
    class Field:
        data = None

    at_most(3)(None, Field())  # type: ignore[arg-type]
