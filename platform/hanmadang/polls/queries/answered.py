"""How many answered a question, as far as anybody may know it."""

from sqlalchemy import func

from hanmadang.polls.models import Question
from hanmadang.polls.models_secret import Box

ANSWERED = func.coalesce(Box.participants, Question.answered).label("answered")
"""Of a running secret poll only who took part is known, whatever they answered. Join `Box` outer;
it is gone when the poll has closed."""
