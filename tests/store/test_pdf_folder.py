import errno
import hashlib
import os
import stat

import pytest

from xlsx_addin.errors import LocalError
from xlsx_addin.store.pdf_folder import PdfFolder, file_has

PDF, OTHER = b"%PDF-1", b"%PDF-2"


def digest(content):
    return hashlib.sha256(content).hexdigest()


def names_in(folder):
    return [path.name for path in folder.iterdir()]


def save(folder, name, content):
    path = folder.choose(name, digest(content))
    folder.write(path, content)
    return path


def test_the_folder_is_made_and_a_file_is_whole(tmp_path):
    folder = PdfFolder(tmp_path / "a" / "b")
    path = save(folder, "x", PDF)
    assert path == tmp_path / "a" / "b" / "x.pdf"
    assert path.read_bytes() == PDF
    assert file_has(path, digest(PDF))
    assert not file_has(path, digest(OTHER))
    assert names_in(path.parent) == ["x.pdf"]


def test_other_files_are_never_replaced(tmp_path):
    folder = PdfFolder(tmp_path)
    assert [save(folder, "x", content).name for content in (PDF, OTHER, PDF)] == [
        "x.pdf",
        "x-2.pdf",
        "x.pdf",
    ]
    (tmp_path / "y.pdf").mkdir()
    (tmp_path / "y-2.pdf").symlink_to(tmp_path / "nowhere")
    assert save(folder, "y", PDF).name == "y-3.pdf"


@pytest.mark.skipif(os.name == "nt", reason="rights of another kind")
def test_files_have_the_rights_that_new_files_have(tmp_path):
    (tmp_path / "plain").touch()
    path = save(PdfFolder(tmp_path), "x", PDF)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_nothing_is_written_outside_of_the_folder(tmp_path):
    folder = PdfFolder(tmp_path / "in")
    for path in (tmp_path / "out.pdf", tmp_path / "in" / ".." / "out.pdf"):
        with pytest.raises(ValueError, match="is not in"):
            folder.write(path, PDF)
    assert not (tmp_path / "out.pdf").exists()


def test_what_a_killed_run_left_is_removed(tmp_path):
    left, own = tmp_path / ".0123.xlsx-addin-part", tmp_path / "own.pdf"
    for path in (left, own):
        path.write_bytes(PDF)
        os.utime(path, (1.0, 1.0))
    (tmp_path / ".4567.xlsx-addin-part").write_bytes(b"%PD")  # of a run at work
    PdfFolder(tmp_path)
    assert sorted(names_in(tmp_path)) == [".4567.xlsx-addin-part", "own.pdf"]


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "x").touch()
    with pytest.raises(LocalError) as caught:
        PdfFolder(tmp_path / "x")
    assert caught.value.code == "folder-not-writable"
    assert "Choose another folder" in caught.value.next_step


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EIO, "folder-not-writable")]
)
def test_a_disk_that_fails_leaves_no_part_of_a_file(tmp_path, monkeypatch, number, code):
    folder = PdfFolder(tmp_path)

    def fail(_handle):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(LocalError) as caught:
        save(folder, "x", PDF)
    assert caught.value.code == code
    assert "run the same command again" in caught.value.next_step
    assert names_in(tmp_path) == []
