"""The room's routes hang here, and what several pages share."""

from datetime import date, datetime

from hanmadang.curricula import on_device
from hanmadang.curricula.domain import live_demand, store_plan
from hanmadang.curricula.queries import Facts, facts_of_account, facts_of_device, plan_for
from hanmadang.curricula.queries.evidence import EvidencePage, evidence_page
from hanmadang.curricula.queries.live_demand import stale
from hanmadang.curricula.queries.paths import Made
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.rooms import Room

room = Room("curricula", __name__)


def today() -> date:
    """The day it is in the city."""
    return clock.today(settings().zone)


def facts_now() -> Facts:
    """What is known about whoever asks: the account, or this device."""
    asking = viewer()
    if asking.account_id is not None:
        return facts_of_account(db.session(), asking.account_id, clock.now())
    return facts_of_device(db.session(), on_device.read())


def city_now() -> datetime:
    """This moment on the city's clock."""
    return clock.now().astimezone(clock.zone(settings().zone))


def known() -> tuple[Made, EvidencePage]:
    """The path of whoever asks, and all that it rests on."""
    made = path_now()
    return made, evidence_page(db.session(), made, city_now())


def path_now() -> Made:
    """The path of whoever asks, stored where an account's inputs changed."""
    language, now = current_locale(), city_now()
    made = plan_for(db.session(), facts_now(), language, now=now)
    if made.facts.account_id is not None and made.is_new:
        with transaction() as session:
            store_plan(session, made.facts.account_id, language, made, now=now)
    return made


def renew_live_figures() -> None:
    """Let the figures of running polls follow, where they lie ten people or more behind."""
    if stale(db.session()):
        with transaction() as session:
            live_demand.refresh(session)
