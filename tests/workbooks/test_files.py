"""Saving: complete or not at all, with backups, and nothing left behind."""

import errno
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NoReturn

import pytest

from xlsx_addin.errors import LocalError, WorkbookBusy, WorkbookError, XlsxAddinError
from xlsx_addin.workbooks.files import (
    FileStamp,
    check_output,
    is_backup,
    make_backup,
    save_atomically,
    save_workbook,
)

NOON = datetime(2026, 3, 31, 12, 0, 0)  # as the user's clock shows it


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "march.xlsx"
    path.write_bytes(b"old")
    return path


def write_new(file: BinaryIO) -> None:
    file.write(b"new")


def failing(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_: object) -> NoReturn:
        raise error

    return fail


def write_half_and(error: BaseException) -> Callable[[BinaryIO], None]:
    def write(file: BinaryIO) -> None:
        file.write(b"ne")
        raise error

    return write


def test_a_file_is_replaced_at_once(path: Path) -> None:
    save_atomically(path, write_new)
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_new_file_is_made(tmp_path: Path) -> None:
    save_atomically(tmp_path / "april.xlsx", write_new)
    assert (tmp_path / "april.xlsx").read_bytes() == b"new"


def test_the_new_content_is_complete_before_it_is_put_in_place(path: Path) -> None:
    seen: list[bytes] = []

    def replace(new: Path, old: Path) -> None:
        seen.extend((new.read_bytes(), old.read_bytes()))
        new.replace(old)

    save_atomically(path, write_new, replace=replace)
    assert seen == [b"new", b"old"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_permissions_are_kept(path: Path, mode: int) -> None:
    path.chmod(mode)
    save_atomically(path, write_new)
    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)
def test_the_owner_is_kept(path: Path) -> None:
    os.chown(path, 1234, 2345)
    save_atomically(path, write_new)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    link = tmp_path / "desk" / "march.xlsx"
    link.symlink_to(path)
    save_atomically(link, write_new)
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("error", "family", "code", "words"),
    [
        (OSError(errno.ENOSPC, "full"), LocalError, "disk-full", "no room on the disk"),
        (OSError(errno.EDQUOT, "quota"), LocalError, "disk-full", "nothing was changed"),
        (OSError(errno.EIO, "Input/output error"), LocalError, "cannot-save", "Input/output error"),
    ],
)
def test_a_failed_write_leaves_everything_as_it_was(
    path: Path, error: OSError, family: type[XlsxAddinError], code: str, words: str
) -> None:
    with pytest.raises(family, match=words) as caught:
        save_atomically(path, write_half_and(error))
    assert caught.value.code == code
    assert caught.value.next_step
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_an_interrupted_write_leaves_everything_as_it_was(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        save_atomically(path, write_half_and(KeyboardInterrupt()))
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_another_program_holds_is_busy(path: Path) -> None:
    with pytest.raises(WorkbookBusy, match=r"march\.xlsx could not be replaced"):
        save_atomically(path, write_new, replace=failing(PermissionError(13, "in use")))
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="cannot be saved") as caught:
        save_atomically(tmp_path / "gone" / "march.xlsx", write_new)
    assert caught.value.code == "cannot-save"


# Backups


def test_a_backup_is_the_same_file_under_a_name_with_the_time(path: Path) -> None:
    os.utime(path, ns=(10**18, 10**18))
    path.chmod(0o640)
    backup = make_backup(path, NOON)
    assert backup == path.with_name("march.backup-20260331-120000.xlsx")
    assert backup.read_bytes() == b"old"
    assert backup.stat().st_mtime_ns == path.stat().st_mtime_ns
    assert backup.stat().st_mode == path.stat().st_mode


def test_backups_keep_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "march.v2.XLSM"
    path.write_bytes(b"old")
    assert make_backup(path, NOON).name == "march.v2.backup-20260331-120000.XLSM"


def test_no_two_backups_are_alike(path: Path) -> None:
    names = [make_backup(path, NOON).name for _ in range(3)]
    assert names == [
        "march.backup-20260331-120000.xlsx",
        "march.backup-20260331-120000-2.xlsx",
        "march.backup-20260331-120000-3.xlsx",
    ]


def test_the_newest_five_backups_are_kept(path: Path) -> None:
    for day in range(1, 8):
        make_backup(path, NOON.replace(day=day))
    make_backup(path, NOON.replace(day=7))
    assert sorted(file.name for file in path.parent.iterdir() if file != path) == [
        "march.backup-20260304-120000.xlsx",
        "march.backup-20260305-120000.xlsx",
        "march.backup-20260306-120000.xlsx",
        "march.backup-20260307-120000-2.xlsx",
        "march.backup-20260307-120000.xlsx",
    ]


def test_twelve_backups_of_one_second_are_told_apart_by_number(path: Path) -> None:
    backups = [make_backup(path, NOON) for _ in range(12)]
    assert [backup for backup in backups if backup.exists()] == backups[-5:]


def test_the_backup_just_made_is_kept_although_the_clock_went_back(path: Path) -> None:
    for day in range(11, 17):
        make_backup(path, NOON.replace(day=day))
    assert make_backup(path, NOON.replace(day=1)).exists()


@pytest.mark.parametrize(
    "name",
    [
        "april.backup-20250101-000000.xlsx",
        "march.backup-20250101-000000.xlsm",
        "march.backup-mine.xlsx",
        "march.xlsx.bak",
    ],
)
def test_files_that_are_no_backups_of_the_workbook_are_left(path: Path, name: str) -> None:
    other = path.with_name(name)
    other.write_bytes(b"theirs")
    for day in range(1, 8):
        make_backup(path, NOON.replace(day=day))
    assert other.read_bytes() == b"theirs"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("march.backup-20260331-120000.xlsx", True),
        ("march.backup-20260331-120000-2.xlsm", True),
        ("march.xlsx", False),
        ("march.backup-2026.xlsx", False),
        ("backup-20260331-120000.xlsx", False),
        ("march.backup-20260331-120000.csv", False),
    ],
)
def test_backups_are_known_by_their_names(name: str, expected: bool) -> None:
    assert is_backup(Path(name)) is expected


# Saving a workbook


def save(path: Path, **options: object) -> object:
    return save_workbook(path, write_new, stamp=FileStamp.of(path), now=lambda: NOON, **options)


def test_a_workbook_is_saved_with_a_backup_of_the_old_content(path: Path) -> None:
    committed = save(path)
    assert committed.output.read_bytes() == b"new"
    assert committed.backup == path.with_name("march.backup-20260331-120000.xlsx")
    assert committed.backup.read_bytes() == b"old"


def test_a_backup_is_not_left_if_the_workbook_cannot_be_replaced(path: Path) -> None:
    with pytest.raises(WorkbookBusy):
        save(path, replace=failing(PermissionError(13, "in use")))
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_a_workbook_that_changes_while_the_result_is_written_is_left(path: Path) -> None:
    stamp = FileStamp.of(path)

    def write(file: BinaryIO) -> None:
        file.write(b"new")
        path.write_bytes(b"theirs, saved meanwhile")

    with pytest.raises(WorkbookBusy, match="changed by somebody else"):
        save_workbook(path, write, stamp=stamp, now=lambda: NOON)
    assert path.read_bytes() == b"theirs, saved meanwhile"
    assert list(path.parent.iterdir()) == [path]


def test_a_workbook_that_is_gone_is_not_made_again(path: Path) -> None:
    stamp = FileStamp.of(path)
    path.unlink()
    with pytest.raises(WorkbookBusy, match="moved or deleted"):
        save_workbook(path, write_new, stamp=stamp)
    assert list(path.parent.iterdir()) == []


def test_an_output_may_replace_an_older_one(path: Path) -> None:
    output = path.with_name("result.xlsx")
    output.write_bytes(b"older")
    committed = save(path, output=output)
    assert (committed.output, committed.backup) == (output, None)
    assert (output.read_bytes(), path.read_bytes()) == (b"new", b"old")


def test_a_read_only_workbook_can_be_written_elsewhere(path: Path) -> None:
    path.chmod(0o444)
    save(path, output=path.with_name("result.xlsx"))
    assert path.with_name("result.xlsx").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (".", "output-is-a-folder"),
        ("gone/result.xlsx", "no-such-folder"),
        ("result.csv", "output-suffix"),
        ("result.xlsm", "output-suffix"),
        ("result", "output-suffix"),
        ("march.xlsx", "output-is-input"),
        ("link.xlsx", "output-is-input"),
        ("locked.xlsx", "read-only"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_anything_is_written(
    path: Path, output: str, code: str
) -> None:
    path.with_name("link.xlsx").symlink_to(path)
    path.with_name("locked.xlsx").write_bytes(b"theirs")
    path.with_name("locked.xlsx").chmod(0o444)
    before = sorted(path.parent.iterdir())
    with pytest.raises(WorkbookError) as caught:
        save(path, output=path.parent / output)
    assert caught.value.code == code
    assert caught.value.next_step
    assert sorted(path.parent.iterdir()) == before
    assert path.read_bytes() == b"old"


def test_an_output_that_is_open_is_busy(path: Path) -> None:
    output = path.with_name("result.xlsx")
    output.write_bytes(b"theirs")
    path.with_name("~$result.xlsx").write_bytes(b"")
    with pytest.raises(WorkbookBusy, match=r"result\.xlsx is open in Excel"):
        check_output(path, output)
