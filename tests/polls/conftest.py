"""What tests of question types share: one question asked, answered over HTTP, read back."""

import re
from collections.abc import Callable, Iterator
from dataclasses import InitVar, dataclass, field
from typing import Any

import pytest

from hanmadang.kernel.db import db
from hanmadang.polls.apart import RESTS
from hanmadang.polls.domain import QuestionDraft, change_state
from hanmadang.polls.models import Poll, PollState, Question
from hanmadang.polls.models_audience import Review
from hanmadang.polls.queries import questions
from tests.conftest import Browser
from tests.factories.audience import make_sitting
from tests.factories.polls import NOW, counts, make_poll
from tests.support.remembered import outdated

Opener = Callable[[], Any]


@pytest.fixture(autouse=True)
def nobody_rests(request: pytest.FixtureRequest) -> None:
    """The app is shared by all tests; what failed in one is not spared in the next."""
    if "app" in request.fixturenames:
        request.getfixturevalue("app").extensions.pop(RESTS, None)


@pytest.fixture(autouse=True)
def remembered_questions_are_stored_ones(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did to a poll that was looked at, it raised the poll's version."""
    if "app" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    questions.forget()
    yield
    with app.app_context():
        assert outdated(db.session()) == []


@dataclass
class One:
    """An open poll with a single question."""

    client: Browser
    read: Opener
    write: Opener
    poll_id: int
    slug: str
    code: str
    id: int
    options: list[int]

    def send(self, *places: int, language: str = "en") -> Any:
        """Choose the options at these places."""
        data = {
            f"q{self.id}": [self.options[place] for place in places],
            f"q{self.id}-asked": "1",
        }
        return self.client.send(f"/{language}/polls/{self.slug}", data)

    def type(self, *texts: str, language: str = "en") -> Any:
        """Fill in these texts: in the question's one field, or in that of each option."""
        names = (
            [f"q{self.id}"] if len(texts) == 1 else [f"q{self.id}-{id_}" for id_ in self.options]
        )
        url = f"/{language}/polls/{self.slug}"
        return self.client.send(url, dict(zip(names, texts, strict=True)))

    def page(self, path: str = "", language: str = "en") -> str:
        """A page of the poll."""
        return str(self.client.get(f"/{language}/polls/{self.slug}{path}").text)

    def lines(self, path: str = "/results", language: str = "en") -> list[str]:
        """The sentences beside the bars."""
        found = re.findall(r"<li data-figure=[^>]*>(.*?)</li>", self.page(path, language))
        return [text.replace("&#34;", '"') for text in found]

    def snapshot(self) -> Any:
        """What live.js reads of the question."""
        return self.client.get(f"/live/{self.code}.json").get_json()["questions"][0]

    def rest(self) -> None:
        """Take no answers for a while."""
        with self.write() as session:
            change_state(session, None, self.poll_id, PollState.PAUSED, now=NOW)

    def counts(self) -> list[int]:
        """The stored counters."""
        with self.read() as session:
            return counts(session.get_one(Question, self.id))

    def answered(self) -> int:
        """How many answered."""
        with self.read() as session:
            return int(session.get_one(Question, self.id).answered)


@dataclass(kw_only=True)
class Led:
    """A poll with several questions, a moderator and a visitor."""

    desk: Browser
    visitor: Browser
    write: Opener
    read: Opener
    poll: InitVar[Poll]
    poll_id: int = field(init=False)
    slug: str = field(init=False)
    code: str = field(init=False)
    questions: list[int] = field(init=False)
    options: list[list[int]] = field(init=False)

    def __post_init__(self, poll: Poll) -> None:
        self.poll_id, self.slug, self.code = poll.id, poll.slug, poll.code
        self.questions = [question.id for question in poll.questions]
        self.options = [[option.id for option in question.options] for question in poll.questions]


@pytest.fixture
def ask(client: Browser, write: Opener, read: Opener) -> Callable[[QuestionDraft], One]:
    """Ask one question."""

    def asked(draft: QuestionDraft) -> One:
        with write() as session:
            poll = make_poll(session, draft)
            question = poll.questions[0]
            ids = [option.id for option in question.options]
            return One(client, read, write, poll.id, poll.slug, poll.code, question.id, ids)

    return asked


@pytest.fixture
def poll(write: Opener) -> Poll:
    """An open poll whose audience asks, and what it asks is shown at once."""
    with write() as session:
        return make_sitting(session)


@pytest.fixture
def reviewed(write: Opener) -> Poll:
    """The same, with a moderator who reads first."""
    with write() as session:
        return make_sitting(session, review=Review.BEFORE)
