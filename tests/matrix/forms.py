"""Filling in the forms of a page as a person would, with no knowledge of what they are for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser

from hanmadang.kernel import clock
from tests.factories.people import PASSWORD

Attributes = Mapping[str, str]
_DAYS_AHEAD = 45
_NEW_PASSWORD = "seven slow green boats"
_SKIPPED = frozenset({"submit", "button", "reset", "file", "image"})
_TYPED = {
    "email": "somebody@example.org",
    "number": "5",
    "tel": "02-000-0000",
    "url": "https://example.org/",
    "time": "10:00",
}


@dataclass(slots=True)
class PageForm:
    """A form on a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    """What the page holds and demands, each field once."""
    empty: dict[str, str] = field(default_factory=dict)
    """Words for what may stay empty."""
    names: set[str] = field(default_factory=set)
    """Every field there is, ticked or not."""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Submit buttons that say which they are."""

    def ways(self) -> Iterator[dict[str, str]]:
        """The ways to send it: without and with all fields, by each of its buttons."""
        for fields in (self.fields, self.fields | self.empty):
            yield fields
            yield from (fields | dict([button]) for button in self.buttons)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open = False
        self._choice = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(found.get("action", ""), found.get("method", "get").lower()))
            self._open = True
        elif self._open and "disabled" not in found:
            self._take(tag, found)

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"
        if tag == "select":
            self._choice = ""
        elif tag == "textarea":
            self._fill_area()

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data

    def _take(self, tag: str, found: Attributes) -> None:
        name, fields = found.get("name", ""), self.forms[-1].fields
        self.forms[-1].names.add(name)
        if tag == "select":
            self._choice = name
        elif tag == "option" and self._choice:
            if "selected" in found or not fields.get(self._choice):
                fields[self._choice] = found.get("value", "")
        elif tag == "textarea" and name:
            self._area, fields[name] = name, ""
        elif tag == "button" and name:
            self.forms[-1].buttons.append((name, found.get("value", "")))
        elif tag == "input" and name:
            self._input(name, found)

    def _input(self, name: str, found: Attributes) -> None:
        kind, fields = found.get("type", "text"), self.forms[-1].fields
        if kind in _SKIPPED:
            return
        if kind in {"checkbox", "radio"}:
            wanted = "checked" in found or "required" in found or kind == "radio"
            if wanted and ("checked" in found or name not in fields):
                fields[name] = found.get("value", "on")
            return
        if found.get("value") or kind == "hidden":
            fields[name] = found.get("value", "")
        elif "required" in found:
            fields[name] = _typed(kind, name)
        else:
            self.forms[-1].empty[name] = _typed(kind, name)

    def _fill_area(self) -> None:
        fields = self.forms[-1].fields if self.forms else {}
        if self._area and not fields[self._area].strip():
            fields[self._area] = f"Words for {self._area}"
        self._area = ""


def _typed(kind: str, name: str) -> str:
    day = clock.now() + timedelta(days=_DAYS_AHEAD)
    if kind == "password":
        return _NEW_PASSWORD if "new" in name else PASSWORD
    if kind in {"date", "datetime-local"}:
        return f"{day:%Y-%m-%d}" if kind == "date" else f"{day:%Y-%m-%dT%H:%M}"
    return _TYPED.get(kind, f"Words for {name}"[:30])


def forms_of(page: str) -> Iterator[PageForm]:
    """The forms that a page would POST, filled in."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    yield from (form for form in reader.forms if form.method == "post")
