"""The house with its ears closed: nobody hears that a poll has closed."""

from hanmadang.factory import create_app
from hanmadang.polls import closings

app = create_app()
closings.tell = lambda *_heard: None  # the sabotage
