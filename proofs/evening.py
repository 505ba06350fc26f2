"""An evening: a hall's poll shows on the desk, becomes a lesson in paths, and a mail next day.

200 phones answer a poll over HTTP while an editor's desk is open: it may be
behind by two seconds at most. The poll closes, one press takes the suggestion up,
and those of the hall who brought their answers find the lesson in their path, with its reason in
their language. With the clock a day ahead a mail about it reaches a real SMTP sink, once for each.
What came of it says how many. The twin's signal of the closing is lost.
"""

import asyncio
import html
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from hanmadang.curricula.brought import Kept
from hanmadang.curricula.domain import take_evidence
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from proofs import Run, Verdict
from proofs.house import LOCAL, House, Person, opened
from proofs.phones import Line, Sent, at_once, sending
from tests.browser.city import City
from tests.factories import polls
from tests.factories.curricula import TODAY, brought, publish_shelf
from tests.factories.people import make_account, open_session
from tests.support import smtp
from tests.support.ports import wait_until

PHONES, LINES, ACCOUNTS = 200, 16, 12
GOAL_S, PATIENCE_S = 2.0, 60.0
WISH = (0, 1, 1, 0, 1, 2, 1, 1, 0, 1)
"""Which topic each of ten people asks for: six of ten for the second."""
TEN = 10
REASON = {
    "en": "60% of the {n} people in your poll asked for “Name of culture”.",
    "ko": "참여하신 설문에서 {n}명 가운데 60%가 ‘culture 주제’를 더 알고 싶다고 답했습니다.",
}
SUBJECT = {"en": "A lesson came of your poll", "ko": "참여하신 설문에서 나온 강의"}
_SHARES = re.compile(r"about ([0-9.]+)% of about (\d+) people")
_BUTTON = re.compile(r'action="([^"]*/accept)"')


@dataclass(slots=True)
class Evening:
    """What happened."""

    poll_id: int = 0
    slug: str = ""
    code: str = ""
    question: int = 0
    options: list[int] = field(default_factory=list)
    editor: Person = field(default_factory=lambda: Person(0, ""))
    people: list[tuple[Person, str, str]] = field(default_factory=list)
    """(who, language, address) of those who bring their answers."""
    unanswered: int = 0
    counted: list[float] = field(default_factory=list)
    """When each vote was acknowledged."""
    seen: list[tuple[float, int]] = field(default_factory=list)
    """(when the desk was read, people) as it showed."""


def prove(run: Run) -> Verdict:
    """The whole evening, and the morning after."""
    wsgi = "proofs.wsgi_evening" if run.twin else "wsgi"
    with ExitStack() as stack:
        sink = stack.enter_context(smtp.sink())
        house = stack.enter_context(opened("sqlite", wsgi=wsgi))
        evening = _prepared(house)
        phones = run.size(PHONES, 60)
        late = asyncio.run(_hall(house, evening, phones))
        _close(house, evening)
        pressed = _press(house, evening)
        right = sum(_reads(house, *each[:2], phones) for each in evening.people)
        mails = _morning(City(house, sink), evening)
        public = house.ask(f"/en/demand/came-of-it/{evening.slug}").body.decode()
        told = f"60% of {phones} people" in public and "A lesson follows" in public
        with house.app.app_context():
            wrong = len(differences(db.session()))
    lag = max(late, default=PATIENCE_S)
    passed = (
        evening.unanswered == wrong == 0
        and lag <= GOAL_S
        and pressed
        and told
        and right == mails == len(evening.people)
        and len(sink.messages) == mails
    )
    summary = (
        f"{phones} phones, desk behind by at most {lag:.2f} s (goal {GOAL_S:g} s), "
        f"{'one press' if pressed else 'nothing to press'}, {right} of {len(evening.people)} paths "
        f"with the reason, {mails} of {len(evening.people)} mails next day in the right language, "
        f"{'numbers' if told else 'no numbers'} on what came of it, {wrong} fsck"
    )
    figures = {"phones": phones, "lag_s": round(lag, 3), "paths": right, "mails": mails}
    return Verdict(passed, summary, figures)


def _prepared(house: House) -> Evening:
    """Lessons, an open poll, an editor, and people who will bring their answers."""
    found = Evening()
    with house.app.app_context(), transaction() as session:
        publish_shelf(session)
        poll = polls.make_poll(session, polls.INTEREST)
        found.poll_id, found.slug, found.code = poll.id, poll.slug, poll.code
        found.question = poll.questions[0].id
        found.options = [option.id for option in poll.questions[0].options]
        staff = make_account(session, Role.ADMINISTRATOR)
        found.editor = Person(staff.id, open_session(session, staff))
        for number in range(ACCOUNTS):
            account = make_account(session, locale="ko" if number % 2 else "en")
            who = Person(account.id, open_session(session, account))
            found.people.append((who, account.locale, account.email))
    return found


async def _hall(house: House, evening: Evening, phones: int) -> list[float]:
    """Everybody answers while the desk is read; how far the desk was behind, each time."""
    path, start = f"/ko/polls/{evening.slug}", time.monotonic()
    requests = [
        sending(path, [(evening.question, (evening.options[WISH[n % len(WISH)]],))])
        for n in range(phones)
    ]

    def vote(sent: Sent) -> Callable[[Line], Awaitable[None]]:
        async def work(line: Line) -> None:
            await asyncio.sleep(0.15)  # people need a moment each
            evening.unanswered += (await line.ask(sent.request)).status != 303
            evening.counted.append(time.monotonic() - start)

        return work

    desk = asyncio.create_task(_watch(house, evening, start, phones))
    await at_once(house.ports[0], LINES, [vote(sent) for sent in requests])
    await desk
    return _behind(evening, phones)


async def _watch(house: House, evening: Evening, start: float, phones: int) -> None:
    """Wait for the poll's stream, as the desk's script does, and read the desk at each frame."""
    reader, writer = await asyncio.open_connection(LOCAL, house.ports[0])
    writer.write(f"GET /live/{evening.code} HTTP/1.1\r\nHost: {LOCAL}\r\n\r\n".encode())
    try:
        while await asyncio.wait_for(reader.readline(), PATIENCE_S):
            page = await asyncio.to_thread(house.ask, "/en/desk/demand", evening.editor)
            if shown := _SHARES.search(html.unescape(page.body.decode())):
                evening.seen.append((time.monotonic() - start, int(shown[2])))
                if int(shown[2]) > phones - 2 * TEN and len(evening.counted) == phones:
                    return
            await _newest(reader)
    except TimeoutError:
        return
    finally:
        writer.close()


async def _newest(reader: asyncio.StreamReader) -> None:
    """Pass over the frames that came while the desk was read: they were read with it."""
    with suppress(TimeoutError):
        while await asyncio.wait_for(reader.readline(), 0.05):
            pass


def _behind(evening: Evening, phones: int) -> list[float]:
    """For each whole ten: the seconds from its last vote to a desk on which at most nine lack."""
    late = []
    for people in range(40, phones + 1, TEN):
        voted = evening.counted[people - 1] if len(evening.counted) >= people else PATIENCE_S
        shown = (at for at, n in evening.seen if n >= people - TEN)
        late.append(max(0.0, next(shown, 2 * PATIENCE_S) - voted))
    return late


def _close(house: House, evening: Evening) -> None:
    """People bring what they answered, by their own act; then the poll closes."""
    kept = Kept(brought(evening.poll_id, topics=("culture",)), TODAY)
    with house.app.app_context(), transaction() as session:
        for person, _language, _address in evening.people:
            actor, now = Viewer(person.account_id), clock.now()
            take_evidence(session, actor, kept, consent=True, now=now)
            consents.grant(session, person.account_id, ConsentKind.REMINDERS, now=now, actor=actor)
    form = evening.editor.form({})
    house.ask(f"/en/desk/polls/{evening.poll_id}/close", evening.editor, form)


def _press(house: House, evening: Evening) -> bool:
    """One press on the desk's first button; whether the lesson follows."""
    page = house.ask("/en/desk/demand", evening.editor).body.decode()
    found = _BUTTON.search(page)
    if found is None:
        return False
    house.ask(found[1], evening.editor, evening.editor.form({"reply": "follow_up"}))
    return "A lesson follows" in house.ask("/en/desk/demand", evening.editor).body.decode()


def _reads(house: House, person: Person, language: str, phones: int) -> bool:
    """Whether their path says why, in their language, with the published figures."""
    page = html.unescape(house.ask(f"/{language}/my-path", person).body.decode())
    return REASON[language].format(n=phones) in page


def _morning(city: City, evening: Evening) -> int:
    """With the clock at ten tomorrow: how many got exactly one mail, in their language."""
    here = clock.now().astimezone(clock.zone("Asia/Seoul"))
    ten = (here + timedelta(days=1)).replace(hour=10, minute=0)
    addresses = {address: language for _who, language, address in evening.people}
    with city.scheduler(ten - here), suppress(TimeoutError):
        wait_until(lambda: len(city.sink.messages) >= len(addresses), PATIENCE_S)
        time.sleep(6)  # the outbox is looked at every five seconds: a second copy would come
    return sum(
        [SUBJECT[language] in str(mail["Subject"]) for mail in city.mails(address)] == [True]
        for address, language in addresses.items()
    )
