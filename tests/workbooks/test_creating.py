import errno
from pathlib import Path

import pytest

from xlsx_addin.errors import LocalError, WorkbookError
from xlsx_addin.workbooks.creating import check_name, create


def failing(error):
    """Break off in the middle of a file."""

    def write(file):
        file.write(b"half of it")
        raise error

    return write


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), LocalError),
        (ValueError("a cell"), ValueError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_half_a_file_is_not_left_behind(error, raised, tmp_path):
    path = tmp_path / "book.xlsx"
    with pytest.raises(raised):
        create(path, failing(error))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told(tmp_path):
    with pytest.raises(LocalError) as caught:
        create(tmp_path / "book.xlsx", failing(OSError(errno.ENOSPC, "No space left on device")))
    assert "No space left" in caught.value.message
    assert "Free some space" in caught.value.next_step


def test_a_file_that_is_there_already_stays(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(WorkbookError):
        create(path, failing(OSError()))
    assert path.read_bytes() == b"mine"


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(LocalError) as caught:
        create(tmp_path / "nope" / "book.xlsx", failing(OSError()))
    assert caught.value.code == "cannot-write"


def test_a_file_that_is_made_has_all_its_content(tmp_path):
    path = tmp_path / "book.xlsx"
    create(path, lambda file: file.write(b"all of it"))
    assert path.read_bytes() == b"all of it"


def test_a_name_may_be_in_capitals():
    check_name(Path("BOOK.XLSM"), ".xlsx", ".xlsm")


def test_a_name_of_another_kind_is_told_what_it_may_end_in():
    with pytest.raises(WorkbookError) as caught:
        check_name(Path("book.xls"), ".xlsx", ".xlsm")
    assert ".xlsx or .xlsm" in caught.value.next_step
