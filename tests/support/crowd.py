"""Many people acting in the same instant, against the real database."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from flask import Flask

from hanmadang.kernel.permissions import Viewer


def all_at_once(
    app: Flask, people: Sequence[Viewer], act: Callable[[Viewer], Any]
) -> tuple[list[Any], list[BaseException]]:
    """Everybody acts in a thread of their own, started together; (answers, errors)."""
    ready, answers, errors = Barrier(len(people)), [], list[BaseException]()

    def go(person: Viewer) -> None:
        with app.app_context():
            ready.wait()
            try:
                answers.append(act(person))
            except Exception as error:  # noqa: BLE001  (whoever asked counts them)
                errors.append(error)

    threads = [Thread(target=go, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, errors
