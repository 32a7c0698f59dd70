import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from xlsx_addin.errors import LocalError, WorkbookBusy, WorkbookError
from xlsx_addin.workbooks.access import (
    FileStamp,
    check_unchanged,
    check_writable,
    is_locked,
    lock,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "march.xlsx"
    path.write_bytes(b"content")
    return path


def excel_owner_file(user: str) -> bytes:
    """Make an owner file as Excel does: 165 bytes, the name in 8 and in 16 bits a character."""
    narrow = bytes([len(user)]) + user.encode("cp1252", "replace").ljust(54)
    wide = len(user).to_bytes(2, "little") + user.encode("utf-16-le")
    return narrow + wide + b" \0" * (54 - len(user))


def test_a_free_workbook_can_be_written(path: Path) -> None:
    check_writable(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("~$march.xlsx", excel_owner_file("Anna Schmidt"), "open in Excel by Anna Schmidt."),
        ("~$march.xlsx", excel_owner_file("Zoë Łuk"), "open in Excel by Zoë Łuk."),
        ("~$march.xlsx", excel_owner_file(""), "open in Excel."),
        ("~$march.xlsx", b"", "open in Excel."),
        ("~$march.xlsx", b"\xff" * 165, "open in Excel"),
        (".~lock.march.xlsx#", b"Anna Schmidt,anna,pc7,01.04.2026 09:30,x;", "by Anna Schmidt."),
        (".~lock.march.xlsx#", b",anna,pc7,01.04.2026 09:30,x;", "open in LibreOffice by anna."),
        (".~lock.march.xlsx#", b"", "open in LibreOffice."),
    ],
)
def test_a_workbook_that_is_open_names_program_and_user(
    path: Path, name: str, content: bytes, words: str
) -> None:
    path.with_name(name).write_bytes(content)
    with pytest.raises(WorkbookBusy) as caught:
        check_writable(path)
    assert "march.xlsx is open in" in caught.value.message
    assert words in caught.value.message
    assert name in caught.value.next_step
    assert caught.value.code == "open-elsewhere"


def test_an_owner_file_that_cannot_be_read_counts_all_the_same(path: Path) -> None:
    path.with_name("~$march.xlsx").mkdir()
    with pytest.raises(WorkbookBusy, match="open in Excel"):
        check_writable(path)


def test_owner_files_of_other_workbooks_do_not_count(path: Path) -> None:
    path.with_name("~$april.xlsx").write_bytes(excel_owner_file("Anna"))
    check_writable(path)


def test_a_file_without_its_write_bit_is_read_only_even_for_root(path: Path) -> None:
    path.chmod(0o444)
    with pytest.raises(WorkbookError, match=r"march\.xlsx is read-only") as caught:
        check_writable(path)
    assert caught.value.code == "read-only"
    path.chmod(0o644)
    check_writable(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows marks folders read-only for other ends")
def test_a_folder_without_its_write_bit_cannot_be_written(path: Path) -> None:
    path.parent.chmod(0o555)
    try:
        with pytest.raises(LocalError) as caught:
            check_writable(path)
    finally:
        path.parent.chmod(0o755)
    assert caught.value.code == "folder-not-writable"
    assert str(path.parent) in caught.value.message


def test_an_unchanged_file_passes(path: Path) -> None:
    check_unchanged(path, FileStamp.of(path))


@pytest.mark.parametrize("change", ["size", "time"])
def test_a_changed_file_is_noticed(path: Path, change: str) -> None:
    stamp = FileStamp.of(path)
    if change == "size":
        path.write_bytes(b"longer content")
        os.utime(path, ns=(stamp.modified_ns, stamp.modified_ns))
    else:
        os.utime(path, ns=(stamp.modified_ns, stamp.modified_ns + 1_000_000))
    with pytest.raises(WorkbookBusy, match="changed by somebody else") as caught:
        check_unchanged(path, stamp)
    assert caught.value.code == "changed-meanwhile"


def test_a_file_that_is_gone_is_told_from_one_that_was_changed(path: Path) -> None:
    stamp = FileStamp.of(path)
    path.unlink()
    with pytest.raises(WorkbookBusy, match="moved or deleted") as caught:
        check_unchanged(path, stamp)
    assert caught.value.code == "gone-meanwhile"


def test_a_second_run_on_the_same_workbook_is_refused_at_once(path: Path, tmp_path: Path) -> None:
    with (
        lock(path, tmp_path / "home"),
        pytest.raises(WorkbookBusy, match="being refreshed by another run") as caught,
        lock(path, tmp_path / "home"),
    ):
        pytest.fail("two runs at a time")
    assert caught.value.code == "refresh-running"


def test_the_lock_holds_between_threads(path: Path, tmp_path: Path) -> None:
    refused: list[WorkbookBusy] = []

    def run() -> None:
        try:
            with lock(path, tmp_path / "home"):
                pass
        except WorkbookBusy as error:
            refused.append(error)

    with lock(path, tmp_path / "home"):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert len(refused) == 1


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # this interpreter and a program from below
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )


def test_the_lock_holds_between_processes(path: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from xlsx_addin.workbooks.access import lock\n"
        "with lock(Path(sys.argv[1]), Path(sys.argv[2])): pass"
    )
    command = [sys.executable, "-c", program, str(path), str(tmp_path / "home")]
    with lock(path, tmp_path / "home"):
        locked = run(command)
    free = run(command)
    assert "being refreshed by another run" in locked.stderr
    assert (free.returncode, free.stderr) == (0, "")


def test_the_lock_is_free_again_after_a_failure(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock(path, tmp_path / "home"):
        raise ZeroDivisionError
    with lock(path, tmp_path / "home"):
        pass


def test_the_lock_knows_a_workbook_under_another_name(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    with (
        lock(path, tmp_path / "home"),
        pytest.raises(WorkbookBusy, match=r"link\.xlsx"),
        lock(link, tmp_path / "home"),
    ):
        pytest.fail("two runs at a time")


def test_other_workbooks_are_not_locked(path: Path, tmp_path: Path) -> None:
    with lock(path, tmp_path / "home"), lock(tmp_path / "april.xlsx", tmp_path / "home"):
        pass


def test_a_home_that_cannot_be_written_is_said(path: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"a file where the folder should be")
    with (
        pytest.raises(LocalError, match="cannot be written") as caught,
        lock(path, tmp_path / "home"),
    ):
        pytest.fail("locked without a lock")
    assert caught.value.code == "home-not-writable"


def test_a_workbook_is_locked_as_long_as_a_run_has_it(path: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert not is_locked(path, home)
    assert not home.exists()
    with lock(path, home):
        assert is_locked(path, home)
        assert not is_locked(tmp_path / "april.xlsx", home)
    assert not is_locked(path, home)
    with lock(path, home):  # looking holds nobody up
        pass
