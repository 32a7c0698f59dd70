import errno

import pytest

from xlsx_addin.errors import LocalError, WorkbookError
from xlsx_addin.workbooks.blank import save_new


class FailingBook:
    """A workbook that breaks off while it is written."""

    def __init__(self, error):
        self.error = error

    def save(self, file):
        file.write(b"half of it")
        raise self.error


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
        save_new(FailingBook(error), path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told(tmp_path):
    with pytest.raises(LocalError) as caught:
        save_new(
            FailingBook(OSError(errno.ENOSPC, "No space left on device")), tmp_path / "book.xlsx"
        )
    assert "No space left" in caught.value.message


def test_a_file_that_is_there_already_stays(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(WorkbookError):
        save_new(FailingBook(OSError()), path)
    assert path.read_bytes() == b"mine"


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(LocalError) as caught:
        save_new(FailingBook(OSError()), tmp_path / "nope" / "book.xlsx")
    assert caught.value.code == "cannot-write"
