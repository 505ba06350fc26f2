"""A served city: the whole product with its sample data, a mail server, and its scheduler."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

from sqlalchemy.orm import Session

from hanmadang.demo.load import load
from hanmadang.kernel.db import db, transaction
from proofs.house import LOCAL, ROOT, House, end, opened
from tests.support import smtp


@dataclass(slots=True)
class City:
    """A real server with a database of its own."""

    house: House
    sink: smtp.Sink

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOCAL}:{self.house.ports[0]}"

    @contextmanager
    def records(self) -> Iterator[Session]:
        """The database, for looking at what the pages left behind."""
        with self.house.app.app_context():
            yield db.session()

    @contextmanager
    def scheduler(self, ahead: timedelta) -> Iterator["subprocess.Popen[bytes]"]:
        """The scheduler as a process of its own, its clock `ahead` of ours."""
        own = {
            "HANMADANG_MAIL_TRANSPORT": "smtp",
            "HANMADANG_SMTP_URL": self.sink.url,
            "HANMADANG_LOG_LEVEL": "ERROR",
            "WALK_AHEAD_SECONDS": str(ahead.total_seconds()),
        }
        command = [sys.executable, "-m", "flask", "--app", "proofs.wsgi_later", "scheduler"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.house.environment | own, stdout=subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            end(process)

    def mails(self, address: str, subject: str = "") -> list[EmailMessage]:
        """What arrived for `address`, with `subject` in its subject line."""
        arrived = zip(self.sink.recipients, self.sink.messages, strict=True)
        return [mail for to, mail in arrived if to == address and subject in str(mail["Subject"])]


def paths_in(mail: EmailMessage) -> list[str]:
    """The addresses of our pages that a mail names, without the host."""
    body = mail.get_body(("plain",))
    assert body is not None
    return re.findall(r"https?://[^/\s]+(/[^\s>]+)", body.get_content())


@contextmanager
def city(wsgi: str = "wsgi") -> Iterator[City]:
    """Serve the sample city; everything ends with the block."""
    with smtp.sink() as sink, opened("sqlite", wsgi=wsgi, demo=True) as house:
        with house.app.app_context(), transaction() as session:
            load(session)
        yield City(house, sink)


def shots_folder() -> str:
    """Where pictures of the pages go; empty when nobody asked for them."""
    return os.environ.get("WALK_SHOTS", "")
