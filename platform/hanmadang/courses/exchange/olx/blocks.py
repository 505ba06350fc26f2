"""The blocks of a vertical, one reader for each kind that has a counterpart here."""

import json
import math
from collections.abc import Callable, Mapping

from hanmadang.courses.exchange import subtitles
from hanmadang.courses.exchange.bank import Shelf
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.olx.problem import read_problem
from hanmadang.courses.exchange.olx.source import Source
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import BODY, TITLE, both, chunks
from hanmadang.courses.exchange.xmltree import Node
from hanmadang.kernel.bilingual import LANGUAGES

_DRAWN = {"library_content", "itembank", "legacy_library_content", "randomize"}
_WRAPPERS = {"wrapper", "conditional", "vertical", "problemset", "videosequence", "sequential"}
_SECRET_KINDS = {"lti", "lti_consumer"}
_VTT = 200_000


def read_block(source: Source, shelf: Shelf, node: Node) -> None:
    """A block of whatever kind; one without a counterpart is named with its first words."""
    title = node.attr("display_name")
    source.work.report.place = title or node.attr("url_name") or node.tag
    reader = _READERS.get(node.tag)
    if reader is not None:
        reader(source, shelf, node)
    elif node.tag in _DRAWN:
        _drawn(source, shelf, node)
    elif node.tag in _WRAPPERS:
        source.settings(node, f"<{node.tag}>")
        source.work.report.changed(f"<{node.tag}>", Reason.LAYOUT, title)
        for child in node.all():
            read_block(source, shelf, source.pointed(child))
    elif node.tag in _SECRET_KINDS:
        source.work.report.left(f"<{node.tag}>", Reason.CODE, title)
        source.work.report.left(f"<{node.tag}> passport", Reason.SECRET)
        node.finish()
    else:
        words = " ".join(part for part in (title, *_asked(node)) if part)
        source.work.report.left(f"<{node.tag}>", Reason.NO_KIND, words)
        node.finish()


def _asked(node: Node) -> list[str]:
    said = [node.attr("question", "questions", "discussion_target"), " ".join(
        "".join(node.element.itertext()).split())]  # fmt: skip
    return [each for each in said if each]


def _html(source: Source, shelf: Shelf, node: Node) -> None:
    """A text: in the element, or in a file beside it."""
    name = node.attr("filename")
    if name:
        path = f"html/{name.replace(':', '/')}.html"
        data = source.archive.get(path)
        if data is None:
            source.work.report.left("<html filename=…>", Reason.MISSING_FILE, path)
            return
        text = data.decode("utf-8", "replace")
    else:
        text = node.markup()
    source.settings(node, "<html>")
    shelf.blocks += source.work.blocks(text)
    source.work.report.kept("<html>")


def _problem(source: Source, shelf: Shelf, node: Node) -> None:
    read_problem(source, shelf, node)


def _drawn(source: Source, shelf: Shelf, node: Node) -> None:
    """Questions drawn by chance: all come over, and how many are drawn."""
    count = node.attr("max_count")
    title = node.attr("display_name")
    source.settings(node, f"<{node.tag}>")
    for child in node.all():
        read_block(source, shelf, source.pointed(child))
    source.work.report.changed(f"<{node.tag}>", Reason.BANK, f"{title} {count}".strip())


def _video(source: Source, shelf: Shelf, node: Node) -> None:
    """A film with its subtitles in each language, which are its transcript too."""
    work, report = source.work, source.work.report
    media = _address(source, node)
    if not media:
        report.left("<video>", Reason.MISSING_FILE, node.attr("edx_video_id"))
        node.finish()
        return
    said = _subtitles(source, node)
    seconds = _seconds(node, said)
    title = node.attr("display_name") or "video"
    block: File = {"kind": "video", "title": work.text(title, TITLE), "media": media,
                   "seconds": seconds, "transcript": {}}  # fmt: skip
    parts: dict[str, list[str]] = {}
    if said:
        texts = {name: subtitles.transcript(cues) for name, cues in said.items()}
        parts = {name: list(chunks(text, BODY)) for name, text in texts.items()}
        first = {name: each[0] for name, each in parts.items()}
        block["transcript"] = both(work.language, first)
        files = {name: subtitles.vtt(cues) for name, cues in said.items()}
        if all(len(each) <= _VTT for each in files.values()):
            block["captions"] = both(work.language, files)
    else:
        report.changed("<video>", Reason.NO_TRANSCRIPT, title)
    for child in node.all():
        child.finish()
    source.settings(node, "<video>")
    shelf.blocks.append(block)
    report.kept("<video>", media)
    rest = max((len(each) for each in parts.values()), default=0)
    for number in range(1, rest):  # a long film's words go on in texts of their own
        more = {name: each[number] for name, each in parts.items() if number < len(each)}
        shelf.blocks.append({"kind": "text", "body": both(work.language, more)})


def _address(source: Source, node: Node) -> str:
    """Where the film is: a file of the course, an address, or a film portal."""
    found = [each.attr("src") for each in node.all("source")]
    found += _listed(node.attr("html5_sources"))
    for asset in node.all("video_asset"):
        found += [each.attr("url") for each in asset.all("encoded_video")]
    for address in found:
        data = source.asset(address)
        ending = address.partition("?")[0].rpartition(".")[2].lower()
        if data is not None and ending in {"mp4", "webm", "m4v"}:
            stored = source.work.stored(data, address)
            if stored:
                return stored
    others = [address for address in found if address.startswith("https://")]
    tube = node.attr("youtube_id_1_0") or _tube(node.attr("youtube"))
    chosen = [*others, *([f"https://www.youtube.com/watch?v={tube}"] if tube else [])]
    for address in [*chosen[1:], *(each for each in found if each not in others)]:
        source.work.report.left("<video><source>", Reason.LINK, address)
    return chosen[0] if chosen and " " not in chosen[0] else ""


def _tube(said: str) -> str:
    """``0.75:a,1.00:b`` names a film for each speed."""
    speeds = dict(part.partition(":")[::2] for part in said.split(",") if ":" in part)
    return speeds.get("1.00") or next(iter(speeds.values()), "")


def _listed(said: str) -> list[str]:
    try:
        found = json.loads(said) if said else []
    except (ValueError, RecursionError):
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _subtitles(source: Source, node: Node) -> dict[str, list[subtitles.Cue]]:
    """Subtitles by language."""
    report, language = source.work.report, source.work.language
    named = [(each.attr("language"), each.attr("src")) for each in node.all("transcript")]
    named += [(language, each.attr("src")) for each in node.all("track")]
    named += _named(node.attr("transcripts"))
    sub = node.attr("sub")
    if sub:
        named += [(language, f"subs_{sub}.srt.sjson")]
    found: dict[str, list[subtitles.Cue]] = {}
    for said, name in named:
        code = said.partition("-")[0].lower()
        data = source.asset(name.rpartition("/")[2]) or source.asset(name)
        cues = subtitles.cues(data) if data else []
        if code not in LANGUAGES:
            report.left("<transcript>", Reason.OTHER_LANGUAGE, f"{said} {name}")
        elif not cues:
            report.left("<transcript>", Reason.BROKEN if data else Reason.MISSING_FILE, name)
        elif code not in found:
            found[code] = cues
            report.kept("<transcript>", name)
    return found


def _named(said: str) -> list[tuple[str, str]]:
    try:
        found = json.loads(said) if said else {}
    except (ValueError, RecursionError):
        return []
    items = found.items() if isinstance(found, dict) else ()
    return [(str(code), str(name)) for code, name in items]


def _seconds(node: Node, said: Mapping[str, list[subtitles.Cue]]) -> int:
    """How long the film is, as far as anything says; 0 where nothing does."""
    lengths = [each.attr("duration") for each in node.all("video_asset")]
    for length in lengths:
        try:
            seconds = float(length)
        except ValueError:
            continue
        if math.isfinite(seconds) and 0 < seconds < 86_400:  # noqa: PLR2004  (a day)
            return math.ceil(seconds)
    ends = [cues[-1].end for cues in said.values() if cues]
    return math.ceil(max(ends, default=0) / 1000)


_READERS: Mapping[str, Callable[[Source, Shelf, Node], None]] = {
    "html": _html,
    "problem": _problem,
    "video": _video,
}
