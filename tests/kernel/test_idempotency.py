"""A creating request has one effect, however often it arrives."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.kernel import clock, idempotency
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import KeyReusedError
from hanmadang.kernel.idempotency import Answer, IdempotencyKey, commit_once
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.vocabulary import Topic

REQUEST = [("title", "평화")]


def _create(session: Session) -> Answer:
    session.add(Topic(code=new_key(), name=Bilingual.of(ko="새")))
    return Answer("/ko/made", "만들었습니다")


def _send(app: Flask, key: str = "k", request: Any = None, scope: str = "account:1") -> Answer:
    with app.app_context():
        return commit_once(key=key, scope=scope, request=request or REQUEST, effect=_create)


def _made(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Topic)) or 0


def test_repeated_request_gets_the_first_answer_and_no_second_effect(app: Flask) -> None:
    assert _send(app) == _send(app) == Answer("/ko/made", "만들었습니다")
    assert _made(app) == 1


def test_same_key_with_another_request_is_refused(app: Flask) -> None:
    _send(app)
    with pytest.raises(KeyReusedError):
        _send(app, request=[("title", "다른 글")])
    assert _made(app) == 1


def test_key_of_another_person_is_another_key(app: Flask) -> None:
    _send(app, scope="account:1")
    _send(app, scope="account:2")
    assert _made(app) == 2


def test_failed_effect_leaves_the_key_free(app: Flask) -> None:
    def fail(_session: Session) -> Answer:
        raise LookupError

    with app.app_context(), pytest.raises(LookupError):
        commit_once(key="k", scope="account:1", request=REQUEST, effect=fail)
    _send(app)
    assert _made(app) == 1


def test_twenty_identical_requests_at_once_have_one_effect(app: Flask) -> None:
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(_send(app))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [Answer("/ko/made", "만들었습니다")] * 20
    assert _made(app) == 1


def test_old_keys_are_forgotten(app: Flask) -> None:
    _send(app)
    with clock.frozen(clock.now() + idempotency.KEPT + timedelta(minutes=1)), app.app_context():
        with transaction() as session:
            idempotency.forget_old(session)
        assert db.session.scalars(select(IdempotencyKey)).all() == []
