"""Every public address that is about one poll."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from flask import Flask
from werkzeug.wrappers import Response

from hanmadang.polls.models import Poll


def said(answer: Response) -> str:
    """What an answer says, a picture's bytes letter by letter."""
    return answer.get_data().decode("latin-1" if answer.mimetype == "image/png" else "utf-8")


def addresses(app: Flask, poll: Poll) -> list[str]:
    """In both languages, with the numbers 1 to 3 where one stands in the address."""
    return sorted(set(_addresses(app, poll)))


def _addresses(app: Flask, poll: Poll) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        is_ours = rule.endpoint.startswith("polls.") and "GET" in (rule.methods or ())
        if not is_ours or "/desk/" in rule.rule or not re.search("<(slug|code)>", rule.rule):
            continue
        path = rule.rule.replace("<slug>", quote(poll.slug)).replace("<code>", poll.code)
        for number in ("1", "2", "3"):
            whole = re.sub(r"<int[^>]*>", number, path)
            for language in ("ko", "en"):
                yield re.sub("<[^>]*>", "x", whole.replace("<lang:lang>", language))
    for language in ("ko", "en"):
        for query in ("view=all", "view=scores", "question=1", "question=2", "question=3"):
            yield f"/{language}/polls/{poll.slug}/screen?{query}"
