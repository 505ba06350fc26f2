"""A backup under writes is whole, private and never half there."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from hanmadang.kernel.backup import BackupError, copy_sqlite, faults_of
from hanmadang.kernel.db import is_sqlite

ROWS = 20_000


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A database in which two tables always add up."""
    path = tmp_path / "live.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE seat (n INTEGER PRIMARY KEY, side TEXT, filler TEXT)")
        connection.execute("CREATE INDEX seat_by_side ON seat (side, filler)")
        rows = [(n, "left", f"{n:0100}") for n in range(ROWS)]
        connection.executemany("INSERT INTO seat VALUES (?, ?, ?)", rows)
        connection.commit()
    return path


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Somebody moves rows from left to right, hundreds in a transaction, all the while."""
    stop, begun = threading.Event(), threading.Event()

    def work() -> None:
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            number = 0
            while not stop.is_set():
                number += 1
                side, low = ("right", "left")[number % 2], number * 700 % ROWS
                statement = "UPDATE seat SET side = ?, filler = filler || ? WHERE n BETWEEN ? AND ?"
                connection.execute(statement, (side, "x" * 50, low, low + 700))
                connection.commit()
                begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(10)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM seat").fetchone()[0])


def test_a_copy_under_writes_is_whole(live: Path, tmp_path: Path) -> None:
    with writing(live):
        copies = [tmp_path / f"copy-{number}" for number in range(5)]
        sizes = [copy_sqlite(live, copy) for copy in copies]
    assert [faults_of(copy) for copy in copies] == [[]] * 5
    assert [_count(copy) for copy in copies] == [ROWS] * 5
    assert sizes == [copy.stat().st_size for copy in copies]


def test_a_file_copy_under_writes_is_found_out(live: Path, tmp_path: Path) -> None:
    """The sabotaged twin: `cp`, half of the file later than the other half."""
    copy = tmp_path / "copy"
    with copy.open("wb") as target, live.open("rb") as source:
        target.write(source.read(live.stat().st_size // 2))
        with closing(sqlite3.connect(live, timeout=10)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            other.execute("UPDATE seat SET filler = substr(filler, 1, 10)")
            other.commit()
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.write(source.read())
    assert faults_of(copy)


def test_only_the_owner_may_read_it(live: Path, tmp_path: Path) -> None:
    copy_sqlite(live, tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy"]


def test_an_older_backup_is_never_overwritten(live: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("last year's")
    with pytest.raises(BackupError, match="name a new file"):
        copy_sqlite(live, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "last year's"


def test_a_damaged_database_makes_no_backup(live: Path, tmp_path: Path) -> None:
    with live.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 3)
    with pytest.raises(BackupError, match="No backup was made"):
        copy_sqlite(live, tmp_path / "copy")
    assert list(tmp_path.glob("copy*")) == []


def test_a_missing_folder_is_one_sentence(live: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="No such file or directory"):
        copy_sqlite(live, tmp_path / "nowhere" / "copy")


def test_something_that_is_no_database_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear city, " * 1_000)
    assert faults_of(tmp_path / "letter") == ["file is not a database"]


def test_the_command_copies_or_says_who_does(app: Flask, tmp_path: Path) -> None:
    answer = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy")])
    assert answer.exit_code == 0
    with app.app_context():
        if is_sqlite():
            assert "verified" in answer.output
            assert faults_of(tmp_path / "copy") == []
        else:
            assert "pg_dump --format=custom" in answer.output
            assert "***" not in answer.output


def test_the_command_refuses_in_one_sentence(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        if not is_sqlite():
            return
    (tmp_path / "copy").touch()
    answer = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy")])
    assert (answer.exit_code, answer.output) == (
        1, f"Error: {tmp_path / 'copy'} exists already: name a new file.\n",
    )  # fmt: skip
