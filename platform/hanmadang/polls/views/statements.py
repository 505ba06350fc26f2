"""Voting on statements one at a time, seeing one's votes, and suggesting a statement."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel.db import db, transact
from hanmadang.kernel.device import device_id, known_device
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.limits import client_device, limit
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import queries
from hanmadang.polls import texts_statements as texts
from hanmadang.polls.domain import Accepted, Refusal
from hanmadang.polls.domain import statements as domain
from hanmadang.polls.forms.answers import sent_ballot
from hanmadang.polls.forms.reading import sent_id
from hanmadang.polls.forms.statements import SuggestForm
from hanmadang.polls.models import PollState
from hanmadang.polls.queries import Mine, OptionPage, PollPage, QuestionPage
from hanmadang.polls.queries.statements import own_suggestions, suggester
from hanmadang.polls.rules_statements import shuffled
from hanmadang.polls.shapes import Stance, stances, vote
from hanmadang.polls.views.cards import shared_as
from hanmadang.polls.views.room import cast, find, is_kept_out, mine_in, room, this_visitor

_ALL = "all"
BUTTONS = (Stance.AGREE, Stance.DISAGREE, Stance.PASS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement, and what this device said to it."""

    option: OptionPage
    stance: Stance | None

    @property
    def buttons(self) -> list[tuple[Stance, int]]:
        """What can be said, and the number that says it."""
        return [(stance, vote(self.option.id, stance)) for stance in BUTTONS]

    @property
    def withdrawal(self) -> int:
        """The number that takes the vote back."""
        return vote(self.option.id, Stance.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Deck:
    """The statements in this device's own order."""

    all: tuple[Asked, ...]

    @property
    def done(self) -> int:
        """How many have a vote."""
        return sum(each.stance is not None for each in self.all)

    def current(self, wanted: int) -> Asked | None:
        """The statement asked for, else the first without a vote; None when none is left."""
        named = (each for each in self.all if each.option.id == wanted)
        return next(named, None) or next((e for e in self.all if e.stance is None), None)


@room.page("/polls/<slug>/statements", needs=Permission.PUBLIC)
def statements(slug: str) -> ResponseReturnValue:
    """The next statement, large; or what to do once none is left."""
    page, question = _find(slug)
    if page.is_closed:
        return redirect(url_for("polls.opinions_page", slug=slug))
    mine = mine_in(page)
    if is_kept_out(page, mine):
        return redirect(url_for("polls.enter_poll", slug=slug))
    deck = _deck(question, mine, device_id())
    return render(
        "polls/statements.html",
        poll=page,
        shared=shared_as(page),
        question=question,
        mine=mine,
        deck=deck,
        current=deck.current(sent_id(request.args.get("statement", ""))),
        key=new_key(),
        texts=texts,
    )


@room.page("/polls/<slug>/statements/all", needs=Permission.PUBLIC)
def statements_all(slug: str) -> ResponseReturnValue:
    """Every statement with this device's vote, to see and change."""
    page, question = _find(slug)
    mine = mine_in(page)
    said = stances(mine.chosen.get(question.id, ()))
    asked = [Asked(option, said.get(option.id)) for option in question.asked]
    return render(
        "polls/statements_all.html",
        poll=page,
        question=question,
        mine=mine,
        asked=asked,
        new_key=new_key,
        texts=texts,
    )


@room.action("/polls/<slug>/statements/vote", needs=Permission.PUBLIC)
@limit("1200 per 10 seconds;12000 per 10 minutes")
@limit("120 per minute", by=client_device)
def statement_vote(slug: str) -> ResponseReturnValue:
    """One vote; back to the next statement, or to the list it came from."""
    page, question = _find(slug)
    refusal = _count(slug)
    if refusal:
        say(texts.NOT_COUNTED[refusal], "warning")
    sent = request.form.get(f"q{question.id}", "")
    option = next(iter(stances((sent_id(sent),))), 0)
    if request.form.get("back") == _ALL:
        anchor = f"statement-{option}"
        return redirect(url_for("polls.statements_all", slug=slug, _anchor=anchor), 303)
    again = option if refusal is Refusal.KEY_REUSED else None
    back = url_for("polls.statements", slug=page.slug, statement=again, _anchor="statement")
    return redirect(back, 303)


def _count(slug: str) -> Refusal | None:
    poll = queries.open_poll(db.session(), slug)
    if poll is None:
        state = find(slug).state
        return Refusal.CLOSED if state is PollState.CLOSED else Refusal.NOT_OPEN
    ballot = sent_ballot(request.form, poll, this_visitor(poll.id))
    if ballot is None:
        return Refusal.UNREADABLE
    result = cast(ballot)
    return None if isinstance(result, Accepted) else result.reason


def _too_often(_limit: object) -> Response:
    """The page with what was typed, and the request to wait."""
    page, question = _find(str((request.view_args or {})["slug"]))
    form = SuggestForm()
    form.validate()
    form.form_errors.append(
        _("Too many statements in a short time. Yours is kept below; please send it in a minute.")
    )
    return make_response(_suggesting(page, question, form), 429)


@room.form("/polls/<slug>/statements/suggest", needs=Permission.PUBLIC)
@limit("300 per minute;3000 per 10 minutes", methods=["POST"], on_breach=_too_often)
@limit("6 per minute;60 per hour", by=client_device, methods=["POST"], on_breach=_too_often)
def suggest(slug: str) -> ResponseReturnValue:
    """Suggest a statement, and see what became of one's earlier ones."""
    page, question = _find(slug)
    if not question.shape.settings.suggest or page.state is PollState.DRAFT:
        raise NotFoundError
    if is_kept_out(page, mine_in(page)):
        return redirect(url_for("polls.enter_poll", slug=slug), 303)
    form, status = SuggestForm(), 200
    if form.sent():
        try:
            _suggest(page, form)
            return redirect(url_for("polls.suggest", slug=slug), 303)
        except DomainError as error:
            form.say(error)
            status = error.status
    elif form.errors:
        status = 422
    return _suggesting(page, question, form), status


def _suggest(page: PollPage, form: SuggestForm) -> None:
    person = suggester(db.session(), page.id, known_device())
    text, key, language = str(form.text.data), str(form.idempotency_key.data), current_locale()

    def work(session: Session) -> None:
        domain.suggest(session, page.id, person, text, page=language, key=key)

    # Not `commit_once`: its table would keep who suggested what when, for days after the closing.
    transact(work)
    say(_("Thank you. A moderator reads your statement before others are asked."))


def _suggesting(page: PollPage, question: QuestionPage, form: SuggestForm) -> str:
    person = suggester(db.session(), page.id, known_device())
    own = own_suggestions(db.session(), question.id, person)
    return render(
        "polls/suggest.html", poll=page, question=question, form=form, own=own, texts=texts
    )


def _find(slug: str) -> tuple[PollPage, QuestionPage]:
    page = find(slug)
    if page.statements is None:
        raise NotFoundError
    return page, page.statements


def _deck(question: QuestionPage, mine: Mine, device: str) -> Deck:
    said = stances(mine.chosen.get(question.id, ()))
    options = {option.id: option for option in question.asked}
    return Deck(tuple(Asked(options[i], said.get(i)) for i in shuffled(device, options)))
