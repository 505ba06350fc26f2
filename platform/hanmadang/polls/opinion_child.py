"""The process that works out opinion groups, so that no page waits for it.

``python -m hanmadang.polls.opinion_child`` reads from its standard input which database and which
question, reads the votes, and prints the published form and the memory as JSON. It writes nothing.
"""

import json
import os
import sys
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from hanmadang.kernel.db import set_manners
from hanmadang.polls.opinion.ballots import work_out
from hanmadang.polls.queries import opinions

_POLITE = 10


def main(asked: dict[str, Any]) -> dict[str, Any]:
    """The result of one question."""
    engine = create_engine(asked["database"])
    set_manners(engine)
    question_id, final = asked["question"], asked["final"]
    with Session(engine) as session:
        memory = opinions.memory_of(session, question_id)
        compared = opinions.compared(session, question_id)
        votes = opinions.ballots(session, question_id)
        return work_out(compared, votes, memory, final=final)


if __name__ == "__main__":
    os.nice(_POLITE)
    json.dump(main(json.load(sys.stdin)), sys.stdout)
