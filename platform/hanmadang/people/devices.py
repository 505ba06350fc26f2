"""A browser in two words, so that a person recognises it in the list of sessions."""

_BROWSERS = (
    ("SamsungBrowser", "Samsung Internet"), ("Whale/", "Naver Whale"), ("KAKAOTALK", "KakaoTalk"),
    ("NAVER(", "Naver"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_label(user_agent: str) -> str:
    """``Chrome · Windows``; a dash where nothing is known. Never the raw header."""
    found = (_first(user_agent, _BROWSERS), _first(user_agent, _SYSTEMS))
    return " · ".join(filter(None, found)) or "–"


def _first(text: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in text), "")
