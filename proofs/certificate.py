"""Certificates: learners finish at once, each gets one at the last condition, forgeries are caught.

Over HTTP, in Korean and English, on SQLite and PostgreSQL. Whoever has one question left has no
certificate; the last answer is sent twice at the same moment. PDFs are checked for PDF/UA, badges
verified with a library that is not ours; single bits of both are turned over, and every turn must
be caught. Some are revoked, and pages and status lists must say so. In the twin the conditions are
not looked at, any file is called ours, and revocations reach no program.
"""

import gzip
import json
import random
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import jwt
from sqlalchemy import func, select

from hanmadang.courses.models import Certificate
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.ids import keyed, new_key
from hanmadang.kernel.permissions import Role
from hanmadang.reminders.models import OutboxMail
from proofs import Run, Verdict
from proofs.house import DATABASES, SECRET, House, Person, opened
from tests.courses.open_badges import verified
from tests.factories import courses as make
from tests.factories.people import make_account, open_session
from tests.support.pdf_ua import faults

LEARNERS, FLIPS, PROCESSES, REVOKED = 60, 200, 2, 5
_AT_ONCE = 20
_LESSON = "/{language}/courses/proved/start"
_MINE = re.compile(r"/my/certificates/(HM-[0-9A-Z-]+)$")


@dataclass(slots=True)
class Found:
    """What one database showed."""

    learners: int = 0
    early: int = 0
    """Certificates before the last condition."""
    numbers: set[str] = field(default_factory=set)
    letters: int = 0
    rows: int = 0
    faulty: list[str] = field(default_factory=list)
    """Pages, PDFs and badges that are not as they must be."""
    flips: int = 0
    caught: int = 0
    differing: int = 0

    @property
    def holds(self) -> bool:
        """One certificate and one letter each, none early, nothing faulty, all flips caught."""
        once = len(self.numbers) == self.rows == self.letters == self.learners
        clean = not (self.early or self.faulty or self.differing)
        return once and clean and self.caught == self.flips


def prove(run: Run) -> Verdict:
    """The same on both databases."""
    found = [_on(database, run) for database in DATABASES]
    learners, flips = sum(each.learners for each in found), sum(each.flips for each in found)
    caught, early = sum(each.caught for each in found), sum(each.early for each in found)
    numbers = sum(len(each.numbers) for each in found)
    faulty = [fault for each in found for fault in each.faulty]
    summary = (
        f"{learners} learners in ko and en on {len(found)} databases, {numbers} certificates, "
        f"{early} too early, {sum(each.letters for each in found)} letters, {len(faulty)} faults"
        f"{' (' + faulty[0] + ')' if faulty else ''}, {caught} of {flips} turned bits caught"
    )
    figures = {"learners": learners, "certificates": numbers, "early": early,
               "faults": len(faulty), "flips": flips, "caught": caught}  # fmt: skip
    return Verdict(all(each.holds for each in found), summary, figures)


def _on(database: str, run: Run) -> Found:
    wsgi = "proofs.wsgi_certificate" if run.twin else "wsgi"
    chance, found = run.random(), Found(learners=run.size(LEARNERS, 8))
    with opened(database, processes=PROCESSES, wsgi=wsgi) as house:
        _publish(house)
        people = house.people(found.learners)
        found.early = _prepare(house, people)
        _all_at_once(house, people)
        with house.app.app_context():
            found.rows = _count(select(func.count()).select_from(Certificate))
            kind = OutboxMail.kind == "course.certificate"
            found.letters = _count(select(func.count()).select_from(OutboxMail).where(kind))
            found.differing = len(differences(db.session()))
        flips = run.size(FLIPS, 20)
        for place, person in enumerate(people):
            _look(Look(house, person, place, found), chance, flips)
        _revoke(house, found, run.size(REVOKED, 2))
    return found


def _count(statement: Any) -> int:
    return int(db.session.scalar(statement) or 0)


def _publish(house: House) -> None:
    with house.app.app_context(), transaction() as session:
        units = (make.unit("one"), make.unit("two", [make.question("first"), make.several()]))
        make.publish(session, make.course(*units, slug="proved"))


def _language(place: int) -> str:
    return ("ko", "en")[place % 2]


def _prepare(house: House, people: Sequence[Person]) -> int:
    """Everybody meets all conditions but one; returns how many hold a certificate already."""

    def work(place: int, person: Person) -> int:
        lesson = _LESSON.format(language=_language(place))
        house.ask(f"{lesson}/one/done", person, person.form(), place)
        wrong = [("q-first", "0"), ("q-several", "0"), ("q-several", "2")]
        house.ask(f"{lesson}/two/answer", person, person.form(wrong), place)
        return int(_number(house, person, place) != "")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return sum(pool.map(work, range(len(people)), people))


def _all_at_once(house: House, people: Sequence[Person]) -> None:
    """The last answer, twice from each person, all at the same moment."""
    start = Barrier(2 * len(people), timeout=120)

    def work(place: int, person: Person) -> None:
        lesson = _LESSON.format(language=_language(place // 2))
        form = person.form([("q-first", "1")])
        start.wait()
        house.ask(f"{lesson}/two/answer", person, form, place)

    twice = [person for person in people for _ in range(2)]
    with ThreadPoolExecutor(len(twice)) as pool:
        list(pool.map(work, range(len(twice)), twice))


def _number(house: House, person: Person, place: int) -> str:
    answer = house.ask(f"/{_language(place)}/courses/proved/certificate", person, place=place)
    found = _MINE.search(answer.location)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Look:
    """One learner's certificate, looked at from outside."""

    house: House
    person: Person
    place: int
    found: Found

    def page(self, path: str) -> bytes:
        """What anybody sees at a path."""
        return self.house.ask(path, place=self.place).body

    def says(self, path: str, words: str) -> None:
        """Note a page that does not say what it must."""
        if words not in self.page(path).decode():
            self.found.faulty.append(f"{path} does not say {words!r}")


def _look(look: Look, chance: random.Random, flips: int) -> None:
    number = _number(look.house, look.person, look.place)
    if not number:
        look.found.faulty.append("no certificate")
        return
    look.found.numbers.add(number)
    valid = "유효한 수료증입니다" if _language(look.place) == "ko" else "This certificate is valid"
    look.says(f"/{_language(look.place)}/certificates/{number}", valid)
    file = _printed(look, number)
    look.found.faulty += faults(file)
    token = look.page(f"/certificates/{number}/badge.jwt").decode()
    key = _key(look, token)
    try:
        verified(token, key)
    except ValueError as error:
        look.found.faulty.append(f"badge: {error}")
    if look.place < 2:  # one in Korean, one in English
        _turn_bits(look, partial(_is_caught, look, number), file, chance, flips)
        parts = _decoded(token)
        refuses = partial(_is_no_badge, key, [len(part) for part in parts])
        _turn_bits(look, refuses, b"".join(parts), chance, flips)


def _printed(look: Look, number: str) -> bytes:
    language = _language(look.place)
    name = {"ko": f"김한별 {look.place}", "en": f"Jane Doe {look.place}"}[language]
    mine = f"/{language}/my/certificates/{number}"
    look.house.ask(mine, look.person, look.person.form({"name": name}), look.place)
    choice = [("language", language), *(("items", item) for item in ("name", "date", "minutes"))]
    made = look.house.ask(f"{mine}/copies", look.person, look.person.form(choice), look.place)
    answer = look.house.ask(made.location, look.person, place=look.place)
    if _compare(look, number, answer.body) is not True:
        look.found.faulty.append("an unchanged file is not known")
    return answer.body


def _turn_bits(
    look: Look, is_caught: Callable[[bytes], bool], whole: bytes, chance: random.Random, flips: int
) -> None:
    """Turn one bit over at a time, anywhere."""
    for _ in range(flips):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        look.found.flips += 1
        look.found.caught += is_caught(bytes(changed))


def _is_caught(look: Look, number: str, file: bytes) -> bool:
    return _compare(look, number, file) is False


def _is_no_badge(key: Mapping[str, Any], lengths: Sequence[int], signed: bytes) -> bool:
    """Whether the three parts of a token, as bytes, are refused."""
    parts, rest = [], signed
    for length in lengths:
        parts.append(urlsafe_b64encode(rest[:length]).rstrip(b"=").decode())
        rest = rest[length:]
    try:
        verified(".".join(parts), key)
    except ValueError:
        return True
    return False


def _decoded(token: str) -> list[bytes]:
    """Header, statement and signature as bytes: some bits of their text are not part of them."""
    return [urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]


def _compare(look: Look, number: str, file: bytes) -> bool | None:
    """What the public page says of a file: unchanged, changed, or neither."""
    body, kind = _multipart(look.person, file)
    answer = _post(look.house, f"/en/certificates/{number}/check", look.person, body, kind)
    if "The file is unchanged" in answer:
        return True
    return False if "not one that we handed over" in answer else None


def _multipart(person: Person, file: bytes) -> tuple[bytes, str]:
    edge = new_key()
    fields = {"csrf_token": keyed(SECRET, "form", person.device), "idempotency_key": new_key()}
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="c.pdf"\r\n\r\n'
    body = b"".join([*parts, head.encode(), file, f"\r\n--{edge}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={edge}"


def _post(house: House, path: str, person: Person, body: bytes, kind: str) -> str:
    return house.send(path, person, body, kind).body.decode()


def _key(look: Look, token: str) -> Mapping[str, Any]:
    """The key to which a token's header leads."""
    address = jwt.get_unverified_header(token)["kid"]
    key: Mapping[str, Any] = json.loads(look.page(urlsplit(address).path))
    return key


def _revoke(house: House, found: Found, most: int) -> None:
    """Take some back; pages and the status list must say so of these and of no others."""
    with house.app.app_context(), transaction() as session:
        account = make_account(session, Role.ORGANIZER)
        desk = Person(account.id, open_session(session, account))
    chosen = sorted(found.numbers)[:most]
    for number in chosen:
        why = {"reason_ko": "증명을 위한 취소", "reason_en": "Revoked for the proof"}
        path = f"/ko/desk/certificates/{number}/revoke"
        if house.ask(path, desk, desk.form(why)).status != HTTPStatus.SEE_OTHER:
            found.faulty.append("a certificate could not be revoked")
    for number in sorted(found.numbers):
        page = house.ask(f"/en/certificates/{number}").body.decode()
        badge = json.loads(house.ask(f"/certificates/{number}/badge.json").body)
        said = ("Revoked for the proof" in page, _is_withdrawn(house, badge["credentialStatus"]))
        if said != (number in chosen, number in chosen):
            found.faulty.append(f"revocation: page and list say {said}")


def _is_withdrawn(house: House, status: Mapping[str, str]) -> bool:
    path = urlsplit(status["statusListCredential"]).path
    listed = jwt.decode(house.ask(path).body.decode(), options={"verify_signature": False})
    said = listed["credentialSubject"]["encodedList"][1:]
    bits = gzip.decompress(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    place = int(status["statusListIndex"])
    return bool(bits[place // 8] & (0x80 >> place % 8))
