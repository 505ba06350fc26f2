"""A cartridge to a course: folders of its contents are modules, what lies in them units."""

from dataclasses import dataclass, field

from hanmadang.courses.exchange.archive import Archive, opened
from hanmadang.courses.exchange.bank import Shelf
from hanmadang.courses.exchange.cartridge.manifest import (
    Entry,
    Manifest,
    Resource,
    manifest,
    root_of,
)
from hanmadang.courses.exchange.cartridge.resources import put, readable, title_of
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.imported import File, Format, Imported, Options
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.settle import settled
from hanmadang.courses.exchange.work import TITLE, Work

_SUMMARY = 300
OTHERS: File = {"ko": "차례 밖의 자료", "en": "Outside the table of contents"}


def read(name: str, data: bytes, options: Options) -> Imported:
    """The course in a cartridge. Raises ExchangeError."""
    archive = opened(data)
    root = root_of(archive)
    if root is None:
        raise UnreadableError("imsmanifest.xml")
    archive = archive.below(root) if root else archive
    work = Work(options)
    for path, reason in archive.passed_over:
        work.report.files((path,), reason)
    found = manifest(work, archive)
    work.speaks(found.language)
    work.needs_language(_sample(found, archive))
    return _Cartridge(work, archive, found, name).read()


def _sample(found: Manifest, archive: Archive) -> str:
    words = [d for p, d in archive.files.items() if p.endswith((".html", ".htm", ".xml", ".qti"))]
    return found.title + b" ".join(words[:40])[:40_000].decode("utf-8", "ignore")


@dataclass(slots=True)
class _Cartridge:
    """A course in the making."""

    work: Work
    archive: Archive
    manifest: Manifest
    name: str
    used: set[str] = field(default_factory=set)

    def read(self) -> Imported:
        title = self.manifest.title or self.name.rpartition("/")[2]
        entries = self.manifest.entries
        if not any(each.entries for each in entries):
            modules = [self._module(Entry(title, "", entries))] if entries else []
        else:
            modules = [self._module(each) for each in entries]
        modules += self._others()
        for each in self.manifest.resources.values():
            if each.ident not in self.used:
                self.work.report.left(f"<resource> {each.type}", Reason.ORPHAN, each.href)
        self.work.report.place = ""
        self.work.report.files(self.archive.rest(), Reason.ORPHAN)
        course: File = {
            "slug": self.work.slug(title, usual="course"),
            "position": 0,
            "title": self.work.text(title, TITLE),
            "summary": {},
            "audience": {},
            "modules": modules,
        }
        return settled(self.work, Format.CARTRIDGE, course)

    def _module(self, entry: Entry) -> File:
        """A folder, or a single page, which then is its own only unit."""
        title = entry.title or self.manifest.title or "-"
        self._kept(entry)
        units = [self._unit(each) for each in entry.entries]
        if entry.resource:
            units.insert(0, self._unit(Entry(title, entry.resource)))
        return self._module_file(self.work.text(title, TITLE), title, units)

    def _module_file(self, title: File, name: str, units: list[File]) -> File:
        summary = {language: words[:_SUMMARY] for language, words in title.items()}
        slug = self.work.slug(name, usual="module")
        return {"slug": slug, "title": title, "summary": summary, "units": units}

    def _unit(self, entry: Entry) -> File:
        title = entry.title or "-"
        shelf = Shelf(self.work.text(title, TITLE), self.work.slug(title, usual="unit"))
        self._kept(entry)
        self._put(shelf, entry.resource)
        for each in entry.entries:
            self._inner(shelf, each)
        return shelf.unit()

    def _inner(self, shelf: Shelf, entry: Entry) -> None:
        """What lies deeper stands in the unit under a heading."""
        self._kept(entry)
        if entry.title:
            shelf.blocks.append({"kind": "text", "body": self.work.heading(entry.title)})
        self._put(shelf, entry.resource)
        for each in entry.entries:
            self._inner(shelf, each)

    def _kept(self, entry: Entry) -> None:
        self.work.report.place = entry.title
        self.work.report.kept("<item>", entry.title)

    def _put(self, shelf: Shelf, ident: str) -> None:
        if not ident:
            return
        resource = self.manifest.resources.get(ident)
        if resource is None:
            self.work.report.left("<item identifierref=…>", Reason.MISSING_FILE, ident)
            return
        self._use(resource)
        put(self.work, self.archive, shelf, resource)

    def _use(self, resource: Resource) -> None:
        """It is led to, and so is all it needs."""
        waiting = [resource]
        while waiting:
            at = waiting.pop()
            if at.ident in self.used:
                continue
            self.used.add(at.ident)
            waiting += [r for r in map(self.manifest.resources.get, at.needs) if r is not None]
            shown = {r.ident for r in self.manifest.resources.values() if r.href in at.files}
            self.used |= shown

    def _others(self) -> list[File]:
        """What stands in no table of contents: question banks, and whatever nobody listed."""
        units = []
        for each in list(self.manifest.resources.values()):
            if each.ident in self.used or not readable(each):
                continue
            title = title_of(self.archive, each)
            shelf = Shelf(self.work.text(title, TITLE), self.work.slug(title, usual="unit"))
            self._use(each)
            self.work.report.place = title
            self.work.report.changed(f"<resource> {each.type}", Reason.OUTSIDE, each.href)
            put(self.work, self.archive, shelf, each)
            units.append(shelf.unit())
        return [self._module_file(OTHERS, "others", units)] if units else []
