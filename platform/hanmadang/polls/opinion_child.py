"""What a child process works out for `jobs.opinions`: groups and, of a closed poll, the open file.

An order says which database and which question. The first answer is the published form and the
memory; where rows are published, the parts of votes.csv follow, each as Base64. Nothing is written.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from hanmadang.kernel.db import set_manners
from hanmadang.polls.opinion.ballots import work_out
from hanmadang.polls.opinion.rows import parts
from hanmadang.polls.queries import opinions
from hanmadang.polls.queries.release import FEWEST_ANSWERS


def answers(order: Mapping[str, Any]) -> Iterator[Any]:
    """The result of one question, and its rows."""
    engine = create_engine(order["database"])
    set_manners(engine)
    question_id, final = order["question"], order["final"]
    with Session(engine) as session:
        memory = opinions.memory_of(session, question_id)
        compared = opinions.compared(session, question_id)
        votes = opinions.ballots(session, question_id)
        found = work_out(compared, votes, memory, final=final)
        yield found
        is_open = final and opinions.publishes_rows(session, question_id)
        if is_open and found["shown"]["people"] >= FEWEST_ANSWERS:
            for part in parts(compared, opinions.ballots(session, question_id)):
                yield [part.length, b64encode(part.body).decode()]
