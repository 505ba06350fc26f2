"""One language of a text in its form in a file."""

from hanmadang.courses.exchange.imported import File


def said(text: File | None, language: str) -> str:
    """The words in that language, or nothing."""
    part = (text or {}).get(language, "")
    return str(part.get("text", "")) if isinstance(part, dict) else str(part)
