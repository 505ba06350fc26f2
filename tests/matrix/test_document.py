"""docs/permissions.md says what the code does."""

from flask import Flask

from tools.permissions_doc import FILE, document


def test_the_document_is_as_the_code(city: Flask) -> None:
    hint = "write it anew: python -m tools.permissions_doc"
    assert FILE.read_text(encoding="utf-8") == document(city), hint


def test_it_names_every_route_with_its_permission(city: Flask) -> None:
    page = document(city)
    assert "| events.edit | `/lang/desk/events/<int:event_id>/edit` | GET POST |" in page
    assert page.count("\n| ") >= len(list(city.url_map.iter_rules()))
