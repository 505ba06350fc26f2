"""Forms of the graph's desk. What a competency stands on is one list per other competency."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, FileField, HiddenField, SelectField

from hanmadang.curricula.graph.exchange import LARGEST
from hanmadang.curricula.graph.faults import LONGEST_NAME, LONGEST_TEXT, MOST_GROUPS
from hanmadang.curricula.graph.specs import CompetencySpec, Graph, Groups, ViewSpec
from hanmadang.kernel.forms import HouseForm, body, line, required
from hanmadang.kernel.i18n import LazyText, current_locale, lazy

NEEDS, HELPS = "needs", "helps"
ROLES: Mapping[str, LazyText] = {
    "": lazy("No prerequisite"),
    NEEDS: lazy("Must be known before"),
    **{
        str(n): lazy("One of group %(letter)s", letter=chr(64 + n))
        for n in range(1, MOST_GROUPS + 1)
    },
    HELPS: lazy("Helps when known before"),
}
"""What one competency may be to another."""
_ON = "on."
_topic: Any = lazy("Topic")
_importance: Any = lazy("Importance, from 0.1 to 1")
_into: Any = lazy("Merge it into")
_gone: Any = lazy("Take it off the list")
_file: Any = lazy("File (.toml or .csv)")


def _named() -> Any:
    return {"most": LONGEST_NAME, "validators": [required()]}


class NoteForm(HouseForm):
    """Why something shall change."""

    note = body(lazy("Why? For the reviewer, and for the history"), most=LONGEST_TEXT,
                validators=[required()])  # fmt: skip
    base = HiddenField()


class CompetencyForm(NoteForm):
    """A competency; `code` is asked for only when it is new."""

    code = line(lazy("Code, as in files: small letters, digits, hyphens"), most=60)
    topic = SelectField(_topic, choices=[])
    name_ko = line(lazy("Name in Korean"), **_named())
    name_en = line(lazy("Name in English"), **_named())
    about_ko = line(lazy("Description in Korean"), most=LONGEST_TEXT)
    about_en = line(lazy("Description in English"), most=LONGEST_TEXT)
    importance = SelectField(_importance, choices=[])

    def offer(self, graph: Graph, now: CompetencySpec | None) -> None:
        """Fill the lists, and the fields of a page that was not sent."""
        self.topic.choices = [
            (each.code, each.name_ko if current_locale() == "ko" else each.name_en)
            for each in sorted(graph.topics.values(), key=lambda topic: topic.position)
        ]
        tenths = {n / 10 for n in range(1, 11)} | ({now.importance} if now else set())
        self.importance.choices = [(f"{each:g}", f"{each:g}") for each in sorted(tenths)]
        if not self.is_submitted():
            self.importance.data = f"{now.importance:g}" if now else "0.5"
            for name in ("topic", "name_ko", "name_en", "about_ko", "about_en") if now else ():
                self[name].data = getattr(now, name)

    def spec(self, code: str, roles: Mapping[str, str]) -> CompetencySpec:
        """The competency as it shall read."""
        needs, helps = read_roles(roles)
        return CompetencySpec(
            code, self.topic.data, self.name_ko.data or "", self.name_en.data or "",
            self.about_ko.data or "", self.about_en.data or "", float(self.importance.data),
            needs, helps,
        ).tidy()  # fmt: skip


class ViewpointForm(NoteForm):
    """A viewpoint that lessons may argue from."""

    code = line(lazy("Code, as in files: small letters, digits, hyphens"), most=60)
    name_ko = line(lazy("Name in Korean"), **_named())
    name_en = line(lazy("Name in English"), **_named())
    about_ko = line(lazy("Description in Korean"), most=LONGEST_TEXT)
    about_en = line(lazy("Description in English"), most=LONGEST_TEXT)

    gone = BooleanField(_gone)

    def show(self, now: ViewSpec) -> None:
        """Fill the fields of a page that was not sent."""
        if not self.is_submitted():
            for name in ("name_ko", "name_en", "about_ko", "about_en"):
                self[name].data = getattr(now, name)

    def spec(self, code: str) -> ViewSpec:
        """The viewpoint as it shall read."""
        texts = (self.name_ko, self.name_en, self.about_ko, self.about_en)
        return ViewSpec(code, *(field.data or "" for field in texts))


class MergeForm(NoteForm):
    """One competency becomes part of another."""

    into = SelectField(_into, choices=[])


class VocabularyForm(NoteForm):
    """A file with words."""

    file = FileField(_file)

    def upload(self) -> tuple[str, bytes]:
        """Name and content of what was sent; nothing where no file was chosen."""
        sent = self.file.data
        if not hasattr(sent, "read"):
            return "", b""
        with sent.stream as file:
            return sent.filename or "", file.read(LARGEST + 1)


def roles_of(each: CompetencySpec | None) -> dict[str, str]:
    """What every other competency is to this one, as the form's lists say it."""
    if each is None:
        return {}
    roles = dict.fromkeys(each.helps, HELPS)
    number = 0
    for group in each.needs:
        number += len(group) > 1
        roles |= dict.fromkeys(group, str(number) if len(group) > 1 else NEEDS)
    return roles


def roles_sent(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The same, from what was sent; what is no such list is passed over."""
    return {
        name.removeprefix(_ON): value
        for name, value in fields
        if name.startswith(_ON) and value and value in ROLES
    }


def read_roles(roles: Mapping[str, str]) -> tuple[Groups, tuple[str, ...]]:
    """(groups, what helps)."""
    groups: dict[str, list[str]] = {}
    for code, role in sorted(roles.items()):
        if role != HELPS:
            groups.setdefault(code if role == NEEDS else f"group {role}", []).append(code)
    return (
        tuple(tuple(group) for group in groups.values()),
        tuple(sorted(code for code, role in roles.items() if role == HELPS)),
    )
