"""What a child process works out for `jobs.replan`: the paths of some people, one a line.

An order says which database, whose paths, and what time it is. Nothing is written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from hanmadang.curricula.queries.crowd import remade
from hanmadang.kernel import clock
from hanmadang.kernel.db import set_manners, take_time


def answers(order: Mapping[str, Any]) -> Iterator[Any]:
    """The fields of each `Remade`."""
    engine = create_engine(order["database"])
    set_manners(engine)
    now = datetime.fromisoformat(order["now"]).astimezone(clock.zone(order["zone"]))
    with Session(engine) as session:
        take_time(session)
        for path in remade(session, order["people"], now=now):
            yield asdict(path)
