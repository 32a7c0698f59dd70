import os
import threading
from itertools import islice
from pathlib import Path

import pytest

from tests.store import worker
from xlsx_addin.core.line_items import BATCH_SIZE
from xlsx_addin.store.sqlite import SqliteStore

ENDLESS = 10**9
STRESS = int(os.environ.get("STRESS", "1"))
"""Multiplies the work of these tests, for a night's run."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def lines_known(store: SqliteStore, name: str, number: int) -> int:
    return len(store.known(worker.ACCOUNT, worker.batch(name, number)))


def test_processes_save_into_one_store_at_once(path: Path, start_worker) -> None:
    batches = 20 * STRESS
    processes = [start_worker("save", path, name, batches) for name in "abc"]
    assert [process.wait() for process in processes] == [0, 0, 0]
    with SqliteStore(path) as store:
        known = {lines_known(store, name, n) for name in "abc" for n in range(batches)}
        assert known == {BATCH_SIZE}
        assert store.moved_aside is None


@pytest.mark.parametrize("survived", [1, 7, 30 * STRESS])
def test_a_killed_process_leaves_whole_batches(path: Path, start_worker, survived: int) -> None:
    process = start_worker("save", path, "a", ENDLESS)
    reported = [int(line) for line in islice(process.stdout, survived)]
    process.kill()
    reported += [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait()
    with SqliteStore(path) as store:
        assert store.moved_aside is None
        assert {lines_known(store, "a", number) for number in reported} == {BATCH_SIZE}
        assert lines_known(store, "a", reported[-1] + 1) in (0, BATCH_SIZE)
        assert lines_known(store, "a", reported[-1] + 2) == 0


def test_a_new_store_may_be_opened_by_many_at_once(path: Path) -> None:
    together = threading.Barrier(8)
    opened: list[SqliteStore] = []

    def open_store() -> None:
        together.wait()
        opened.append(SqliteStore(path))

    threads = [threading.Thread(target=open_store) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.known(worker.ACCOUNT, worker.batch("a", 0)) for store in opened] == [{}] * 8
    for store in opened:
        store.close()
