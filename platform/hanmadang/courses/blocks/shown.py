"""Parts that are seen, heard or saved: pictures, films, recordings, documents.

What is said stands before the player, so that nobody needs to load a film to follow the lesson. A
film from elsewhere opens there, in its own window and only when asked: this page calls nobody.
"""

from urllib.parse import urlsplit

from markupsafe import Markup

from hanmadang.courses.blocks.files import Files, caption_names, is_stored_here
from hanmadang.courses.specs import AudioBlock, DocumentBlock, ImageBlock, VideoBlock
from hanmadang.kernel import media
from hanmadang.kernel.bilingual import Bilingual, Note
from hanmadang.kernel.i18n import _, format_number
from hanmadang.kernel.pages import badge, show, show_rich

_MEGABYTE = 2**20
_FIGURE = Markup('<figure class="figure">{}{}</figure>')
_IMAGE = Markup(
    '<img src="/pictures/{}.webp" alt="{}"{}{} loading="lazy" decoding="async" class="picture">'
)
_SIZE = Markup(' width="{}" height="{}"')
_LANG = Markup(' lang="{}"')
_CAPTION = Markup("<figcaption>{}</figcaption>")
_CREDIT = Markup('<span class="figure__credit">{}</span>')
_TRANSCRIPT = Markup(
    '<h3>{}</h3><details class="transcript" open><summary>{}</summary>{}</details>'
)
_VIDEO = Markup(
    '<video class="player" controls preload="none" playsinline data-media="{seconds}"'
    ' aria-label="{label}" src="{source}">{tracks}</video>'
)
_AUDIO = Markup(
    '<audio class="player" controls preload="none" data-media="{seconds}"'
    ' aria-label="{label}" src="{source}"></audio>'
)
_TRACK = Markup('<track kind="captions" src="{}" srclang="{}" label="{}"{}>')
_ELSEWHERE = Markup(
    '<p><a class="button button--secondary" href="{}" target="_blank" rel="noopener noreferrer">'
    '{}</a></p><p class="hint">{}</p>'
)
_SAVED = Markup(
    '<h3>{}</h3>{}<p><a class="button button--secondary" href="{}" download="{}">{}</a></p>'
)
_TRACKS = {"ko": "한국어", "en": "English"}


def image(block: ImageBlock, language: str, files: Files) -> Markup:
    """A picture with its words; the page keeps its place free until it is there."""
    alt, size = block.alt.shown(language), files.pictures.get(block.picture)
    picture = _IMAGE.format(
        block.picture,
        alt.text,
        _SIZE.format(*size) if size else "",
        _LANG.format(alt.language) if alt.language != language else "",
    )
    below = [show(block.caption, language)] if block.caption else []
    if alt.note is not Note.PLAIN:
        below.append(Markup("{}: {}").format(_("Description of the picture"), badge(alt)))
    if block.credit:
        below.append(_CREDIT.format(show(block.credit, language)))
    caption = _CAPTION.format(Markup(" ").join(below)) if below else Markup()
    return _FIGURE.format(picture, caption)


def video(block: VideoBlock, language: str, _files: Files) -> Markup:
    """A film: what is said, then the player with captions in each language."""
    words = _words(block.title, block.transcript, language)
    if not is_stored_here(block.media):
        return words + _elsewhere(block.media, _("Watch at %(host)s", host=_host(block.media)))
    player = _VIDEO.format(
        seconds=block.seconds,
        label=block.title.shown(language).text,
        source=media.path_of(block.media),
        tracks=_tracks(block.captions, language) if block.captions else "",
    )
    return words + player + _badge_of(block.captions, language)


def audio(block: AudioBlock, language: str, _files: Files) -> Markup:
    """A recording: what is said, then the player."""
    words = _words(block.title, block.transcript, language)
    if not is_stored_here(block.media):
        return words + _elsewhere(block.media, _("Listen at %(host)s", host=_host(block.media)))
    return words + _AUDIO.format(
        seconds=block.seconds,
        label=block.title.shown(language).text,
        source=media.path_of(block.media),
    )


def document(block: DocumentBlock, language: str, files: Files) -> Markup:
    """A document: what stands in it, then the link with its kind and size."""
    title, summary = show(block.title, language), show_rich(block.summary, language)
    if not is_stored_here(block.media):
        heading = Markup("<h3>{}</h3>{}").format(title, summary)
        return heading + _elsewhere(block.media, _("Read at %(host)s", host=_host(block.media)))
    ending = block.media.rpartition(".")[2]
    size = _size(files.sizes.get(block.media, 0), language)
    return _SAVED.format(
        title,
        summary,
        media.path_of(block.media),
        f"{block.title.shown(language).text}.{ending}",
        _("Download (%(kind)s, %(size)s)", kind=ending.upper(), size=size),
    )


def _words(title: Bilingual, transcript: Bilingual, language: str) -> Markup:
    said = show_rich(transcript, language)
    return _TRANSCRIPT.format(show(title, language), _("What is said and shown, in writing"), said)


def _tracks(captions: Bilingual, language: str) -> Markup:
    return Markup().join(
        _TRACK.format(
            media.path_of(name), spoken, _TRACKS[spoken], " default" if spoken == language else ""
        )
        for spoken, name in caption_names(captions).items()
    )


def _badge_of(captions: Bilingual | None, language: str) -> Markup:
    shown = captions.shown(language) if captions else None
    return badge(shown) if shown and shown.note is not Note.PLAIN else Markup()


def _elsewhere(address: str, label: str) -> Markup:
    return _ELSEWHERE.format(address, label, _("Opens on another site, which sees your visit."))


def _host(address: str) -> str:
    return urlsplit(address).hostname or address


def _size(size: int, language: str) -> str:
    if size >= _MEGABYTE:
        return f"{format_number(round(size / _MEGABYTE, 1), language)} MB"
    return f"{format_number(max(round(size / 1024), 1), language)} KB"
