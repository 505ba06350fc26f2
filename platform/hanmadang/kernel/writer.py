"""Group commit: whatever queued while the last commit flushed is written by the next, together.

A commit costs a flush of the disk, however much it holds. Writing a hall's answers one by one
makes each wait for all flushes before it; writing those that queued together costs one flush
for all, and an answer still goes out only after its own commit. Who finds nobody writing writes
at once, in its own thread: handing a lone answer to another thread costs as much as writing it.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from flask import Flask, has_app_context
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.gate import aside
from hanmadang.kernel.i18n import lazy

Job = TypeVar("Job")
Done = TypeVar("Done")
MOST = 200
"""Jobs in one transaction: enough to make the flush cheap, few enough to answer soon."""
PATIENCE = 20.0
"""Seconds a request waits for its commit."""


class TooBusyError(DomainError):
    """The commit did not come in time; whether it still happens is unknown to the sender."""

    status = 503
    text = lazy(
        "We could not confirm this in time. Please send it again; nothing is counted twice."
    )


@dataclass(slots=True)
class _Waiting(Generic[Job, Done]):
    job: Job
    future: Future[Done]


class GroupWriter(Generic[Job, Done]):
    """Applies jobs in batches: `apply(session, jobs)` returns one result per job.

    `apply` must be safe to repeat: after a failure the batch is tried again job by job, so that
    one poisoned job fails alone.
    """

    def __init__(
        self, app: Flask, apply: Callable[[Session, Sequence[Job]], Sequence[Done]]
    ) -> None:
        self._app = app
        self._apply = apply
        self._reset()
        if hasattr(os, "register_at_fork"):  # threads do not survive a fork
            os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._starting = threading.Lock()
        self._writing = threading.Lock()
        self._queue: SimpleQueue[_Waiting[Job, Done]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def write(self, job: Job, patience: float = PATIENCE) -> Done:
        """Return once `job` is durable; other requests run meanwhile.

        Raises TooBusyError after `patience` seconds in the queue, and whatever `apply` raised
        for this job. Ends the read transaction of the calling request.
        """
        with aside():
            if self._queue.empty() and self._writing.acquire(blocking=False):
                try:
                    return self._commit([job])[0]
                finally:
                    self._writing.release()
            return self._wait(job, patience)

    def write_all(self, jobs: Sequence[Job]) -> list[Done | None]:
        """Write in one commit what arrived together; None for each that failed, and only for it.

        Returns once everything is durable; other requests run meanwhile.
        """
        with aside(), self._writing:
            done = self._each(jobs)
        return [None if isinstance(each, Exception) else each for each in done]

    def _wait(self, job: Job, patience: float) -> Done:
        if has_app_context():
            db.session().rollback()  # a hall that waits must not hold a hundred connections
        future: Future[Done] = Future()
        self._queue.put(_Waiting(job, future))
        self._start()
        try:
            return future.result(patience)
        except TimeoutError as error:
            raise TooBusyError from error

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run,
                    args=(self._queue, self._writing),
                    name="group-writer",
                    daemon=True,
                )
                self._thread.start()

    def _run(self, queue: SimpleQueue[_Waiting[Job, Done]], writing: threading.Lock) -> None:
        while True:
            first = queue.get()
            with writing:  # more queue up until whoever writes now is done
                self._settle([first, *_behind(queue)])

    def _settle(self, batch: Sequence[_Waiting[Job, Done]]) -> None:
        results = self._each([waiting.job for waiting in batch])
        for waiting, result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                waiting.future.set_exception(result)
            else:
                waiting.future.set_result(result)

    def _each(self, jobs: Sequence[Job]) -> Sequence[Done | Exception]:
        """One result or failure per job; all together if possible, else each alone.

        A database that is gone or locked is so for each of them: nobody waits for it twice.
        """
        try:
            return self._commit(jobs)
        except OperationalError as error:
            return [error] * len(jobs)
        except Exception as error:  # noqa: BLE001  (handed to whoever waits)
            return [error] if len(jobs) == 1 else [self._each([job])[0] for job in jobs]

    def _commit(self, jobs: Sequence[Job]) -> Sequence[Done]:
        with nullcontext() if has_app_context() else self._app.app_context():
            return transact(lambda session: self._apply(session, jobs))


def _behind(queue: SimpleQueue[_Waiting[Job, Done]]) -> Iterator[_Waiting[Job, Done]]:
    """What queued behind the first job, up to `MOST` with it."""
    for _ in range(MOST - 1):
        try:
            yield queue.get_nowait()
        except Empty:
            return
