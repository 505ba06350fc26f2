"""The eight steps of the walk, in the order of the city's day."""

from tests.browser.journey import Step
from tests.browser.steps.concerts import organizer_posts_a_concert
from tests.browser.steps.courses import citizen_takes_a_unit
from tests.browser.steps.home import visitor_sees_what_is_on
from tests.browser.steps.paths import visitor_brings_answers_into_a_path
from tests.browser.steps.polls import the_room_answers_a_live_poll
from tests.browser.steps.reminders import reminder_arrives_once
from tests.browser.steps.seats import last_seat_is_sold_once
from tests.browser.steps.speakers import expert_speaks_at_a_forum

STEPS: tuple[Step, ...] = (
    visitor_sees_what_is_on,
    organizer_posts_a_concert,
    the_room_answers_a_live_poll,
    citizen_takes_a_unit,
    visitor_brings_answers_into_a_path,
    last_seat_is_sold_once,
    reminder_arrives_once,
    expert_speaks_at_a_forum,
)
