"""Our courses as OLX, in one language: what Open edX can say, so that we read it back the same."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.olx.problems import problem
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Report
from hanmadang.courses.exchange.said import said
from hanmadang.courses.exchange.xmltree import escaped
from hanmadang.kernel.text import rich

_RUN = "run"
_TABLES = {"table", "timeline", "map", "perspectives"}
_NOT_SAID = ("topics", "teaches", "needs", "perspective", "sources", "quiz")


def write(course: File, pictures: Mapping[str, bytes], report: Report, language: str) -> bytes:
    """The archive; the same course gives the same bytes."""
    writer = _Writer(report, language, pictures)
    writer.course(course)
    return _packed(writer.files)


def quoted(text: str) -> str:
    """Words as they stand in an attribute."""
    return escaped(text).replace('"', "&quot;").replace("\n", "&#10;")


@dataclass(slots=True)
class _Writer:
    """The files of the archive, as they are written."""

    report: Report
    language: str
    pictures: Mapping[str, bytes]
    files: dict[str, bytes] = field(default_factory=dict)

    def course(self, course: File) -> None:
        """All of it."""
        slug, title = course["slug"], said(course["title"], self.language)
        head = f'<course url_name="{_RUN}" org="hanmadang" course="{slug}"/>'
        self.files["course.xml"] = head.encode()
        chapters = "".join(self._chapter(module) for module in course["modules"])
        whole = (
            f'<course display_name="{quoted(title)}" language="{self.language}">{chapters}</course>'
        )
        self.files[f"course/{_RUN}.xml"] = whole.encode()
        summary = said(course.get("summary"), self.language)
        self.files["about/short_description.html"] = escaped(summary).encode()
        if course.get("audience"):
            self.report.left(
                "audience", Reason.NOT_CARRIED, said(course["audience"], self.language)
            )

    def _chapter(self, module: File) -> str:
        title = said(module["title"], self.language)
        self.report.place = title
        summary = said(module.get("summary"), self.language)
        if summary and summary != title:
            self.report.left("module: summary", Reason.NOT_CARRIED, summary)
        inside = "".join(self._sequential(unit) for unit in module["units"])
        return f'<chapter url_name="{module["slug"]}" display_name="{quoted(title)}">{inside}</chapter>'  # noqa: E501

    def _sequential(self, unit: File) -> str:
        title, slug = said(unit["title"], self.language), unit["slug"]
        self.report.place = title
        for name in _NOT_SAID:
            if unit.get(name):
                self.report.left(f"unit: {name}", Reason.NOT_CARRIED)
        questions = {each["slug"]: each for each in unit.get("questions", ())}
        parts = []
        for number, block in enumerate(unit["blocks"], 1):
            if block["kind"] == "question":
                parts.append(self._problem(questions.pop(block["question"])))
            else:
                parts.append(self._block(block, f"{slug}-{number}"))
        parts += [self._problem(each) for each in questions.values()]
        name = f'display_name="{quoted(title)}"'
        vertical = f'<vertical url_name="{slug}-all" {name}>{"".join(parts)}</vertical>'
        return f'<sequential url_name="{slug}" {name}>{vertical}</sequential>'

    def _problem(self, question: File) -> str:
        made = problem(question, self.report, self.language)
        if not made:
            self.report.left(question["kind"], Reason.NOT_CARRIED, question["slug"])
            return ""
        self.report.kept(question["kind"], question["slug"])
        return made

    def _block(self, block: File, name: str) -> str:
        kind = block["kind"]
        if kind == "text":
            self.report.kept(kind)
            return self._html(name, str(rich(said(block["body"], self.language))))
        if kind == "image":
            return self._image(block, name)
        if kind in {"video", "audio", "document"}:
            return self._medium(block, name)
        if kind in _TABLES:
            self.report.changed(kind, Reason.AS_TEXT)
            return self._html(name, _tables(block, self.language))
        if kind == "reflection":
            self.report.changed(kind, Reason.AS_TEXT, block["slug"])
            return self._html(name, f"<p>{escaped(said(block['prompt'], self.language))}</p>")
        self.report.left(kind, Reason.NOT_CARRIED)
        return ""

    def _html(self, name: str, html: str) -> str:
        self.files[f"html/{name}.html"] = html.encode()
        self.files[f"html/{name}.xml"] = f'<html filename="{name}"/>'.encode()
        return f'<html url_name="{name}"/>'

    def _image(self, block: File, name: str) -> str:
        data = self.pictures.get(block["picture"])
        if data is None:
            self.report.left("image", Reason.MISSING_FILE, block["picture"])
            return ""
        self.files[f"static/{block['picture']}.webp"] = data
        for each in ("caption", "credit"):
            if block.get(each):
                self.report.changed(f"image: {each}", Reason.AS_TEXT)
        more = "".join(
            f"<p>{escaped(said(block[each], self.language))}</p>"
            for each in ("caption", "credit") if block.get(each)
        )  # fmt: skip
        alt = quoted(said(block["alt"], self.language))
        self.report.kept("image", block["picture"])
        return self._html(name, f'<img src="/static/{block["picture"]}.webp" alt="{alt}">{more}')

    def _medium(self, block: File, name: str) -> str:
        """Films, sounds and papers at an address; a file that lies here is named."""
        title, media = said(block["title"], self.language), block["media"]
        if not media.startswith("https://"):
            self.report.left(block["kind"], Reason.STAYS_HERE, media)
            return ""
        if block["kind"] == "video":
            self.report.kept("video", media)
            captions = said(block.get("captions"), self.language)
            spoken = ""
            if captions:
                self.files[f"static/{name}.vtt"] = captions.encode()
                spoken = f'<transcript language="{self.language}" src="{name}.vtt"/>'
            else:
                self.report.left("video: transcript", Reason.NOT_CARRIED, title)
            source = f'<source src="{quoted(media)}"/>'
            return (
                f'<video url_name="{name}" display_name="{quoted(title)}">{source}{spoken}</video>'
            )
        self.report.changed(block["kind"], Reason.AS_LINK, media)
        words = said(block.get("transcript") or block.get("summary"), self.language)
        link = f'<p><a href="{quoted(media)}">{escaped(title)}</a></p>'
        return self._html(name, link + str(rich(words)))


def _tables(block: File, language: str) -> str:
    """Tables, timelines and maps as an HTML table; perspectives as headings and texts."""
    if block["kind"] == "perspectives":
        views = "".join(
            f"<h3>{escaped(said(view['label'], language))}</h3>{rich(said(view['body'], language))}"
            for view in block["views"]
        )
        return f"<h3>{escaped(said(block['heading'], language))}</h3>{views}"
    rows: list[list[str]]
    if block["kind"] == "table":
        rows = [[said(c, language) for c in row] for row in (block["head"], *block["rows"])]
    elif block["kind"] == "timeline":
        rows = [[said(m["when"], language), said(m["what"], language)] for m in block["moments"]]
    else:
        rows = [
            [said(p["name"], language), said(p["note"], language), f"{p['latitude']}, {p['longitude']}"]  # noqa: E501
            for p in block["places"]
        ]  # fmt: skip
    body = "".join(
        "<tr>" + "".join(f"<td>{escaped(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><caption>{escaped(said(block['caption'], language))}</caption>{body}</table>"


def _packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in sorted(files.items()):
            entry = tarfile.TarInfo(f"course/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)
