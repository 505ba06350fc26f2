"""The button that takes an act back, as a page shows it."""

import html
import re
from typing import Any

from tests.conftest import Browser


def undo(browser: Browser, page: str) -> Any:
    """Press "Undo" on that page."""
    form = re.search(r'<form class="flashes__undo"[^>]*action="([^"]+)">(.*?)</form>', page)
    assert form, "no way back on the page"
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])
    return browser.send(html.unescape(form[1]), dict(fields))
