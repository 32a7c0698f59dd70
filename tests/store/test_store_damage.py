import logging
from pathlib import Path

import pytest

from tests.store.contract import ACCOUNT, INVOICE, LINE
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.store.sqlite import SqliteStore

AT = 1_772_600_405.0  # 2026-03-04 05:00:05 UTC
ASIDE = "store.sqlite.corrupt-20260304-050005"
MANY = {LineItem(f"{n:07}", "1", "S"): INVOICE for n in range(3000)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def open_store(path: Path) -> SqliteStore:
    return SqliteStore(path, clock=lambda: AT)


def filled(path: Path) -> bytes:
    """Make a store of many pages and return its content."""
    with open_store(path) as store:
        store.save(ACCOUNT, MANY, at=1.0)
    return path.read_bytes()


def spoilt(content: bytes, first: int, last: int) -> bytes:
    return content[:first] + b"\xff" * (last - first) + content[last:]


def test_a_sound_store_stays_where_it_is(path: Path) -> None:
    filled(path)
    with open_store(path) as store:
        assert store.moved_aside is None
        assert len(store.known(ACCOUNT, MANY)) == len(MANY)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _: b"no database at all" * 100, id="other content"),
        pytest.param(lambda content: bytes(len(content)), id="all zeros"),
        pytest.param(lambda content: spoilt(content, 0, 100), id="header"),
        pytest.param(lambda content: spoilt(content, 100, 4096), id="first page"),
        pytest.param(lambda content: spoilt(content, 4096, len(content)), id="all other pages"),
        pytest.param(lambda content: content[: len(content) // 2], id="second half missing"),
    ],
)
def test_a_damaged_store_is_moved_aside_and_a_new_one_begun(
    path: Path, caplog: pytest.LogCaptureFixture, spoil
) -> None:
    damaged = spoil(filled(path))
    path.write_bytes(damaged)
    with caplog.at_level(logging.WARNING), open_store(path) as store:
        assert store.known(ACCOUNT, MANY) == {}
        assert store.moved_aside == path.with_name(ASIDE)
        store.save(ACCOUNT, {LINE: INVOICE}, at=2.0)
    assert path.with_name(ASIDE).read_bytes() == damaged
    assert "Nothing but saved answers" in caplog.text
    assert ASIDE in caplog.text
    with open_store(path) as store:
        assert store.moved_aside is None
        assert list(store.known(ACCOUNT, [LINE])) == [LINE]


def test_damage_found_by_a_save_loses_nothing_of_it(path: Path) -> None:
    content = filled(path)
    path.write_bytes(spoilt(content, 4096, len(content)))
    with open_store(path) as store:
        store.save(ACCOUNT, {LINE: INVOICE}, at=2.0)
        assert list(store.known(ACCOUNT, [LINE])) == [LINE]
        assert store.moved_aside == path.with_name(ASIDE)


def test_nothing_of_a_damaged_file_stays_with_the_new_one(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)
    for companion in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + companion).write_bytes(b"left over")
    with open_store(path) as store:
        store.save(ACCOUNT, {LINE: INVOICE}, at=2.0)
    names = {file.name for file in path.parent.iterdir() if ASIDE not in file.name}
    assert names <= {"store.sqlite", "store.sqlite.lock"}


def test_stores_that_find_the_same_damage_share_the_new_file(path: Path) -> None:
    content = filled(path)
    path.write_bytes(spoilt(content, 4096, len(content)))
    with open_store(path) as one, open_store(path) as two:
        one.save(ACCOUNT, {LINE: INVOICE}, at=2.0)
        # What the second one still has open must not get mixed up with the new file.
        assert path.with_name(f"{ASIDE}-wal").exists()
        assert list(two.known(ACCOUNT, [LINE, *MANY])) == [LINE]
        two.save(ACCOUNT, MANY, at=3.0)
        assert len(one.known(ACCOUNT, MANY)) == len(MANY)
