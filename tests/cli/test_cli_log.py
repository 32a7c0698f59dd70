"""`log --bundle`: an archive that never replaces a file and is never left in half."""

import errno
import os
import sys
import zipfile

import pytest

from xlsx_addin.cli import log as command
from xlsx_addin.core.line_items import LineItem

LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")  # a published example


def test_an_archive_is_made_and_its_files_are_named(amazon, cli, make_book, tmp_path):
    cli("refresh", make_book([LINE]))
    path = tmp_path / "für support.zip"
    done = cli("log", "--bundle", path)
    assert done.code == 0
    assert f"Made {path}: README.txt" in done.out
    assert "before you send it" in done.err
    with zipfile.ZipFile(path) as archive:
        whole = b"".join(map(archive.read, archive.namelist()))
    assert b"status 200" in whole
    for secret in ("sandbox-secret", "Atzr|", "Atza|", *LINE, str(tmp_path)):
        assert secret.encode() not in whole


def test_the_archive_is_told_as_json(cli, tmp_path):
    path = tmp_path / "support.zip"
    done = cli("log", "--bundle", path, "--json")
    assert done.json["path"] == str(path)
    assert "README.txt" in done.json["files"]


def test_a_file_that_is_there_already_stays(cli, tmp_path):
    path = tmp_path / "support.zip"
    path.write_bytes(b"mine")
    done = cli("log", "--bundle", path, "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == "file-exists"
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "code"), [("support.txt", "not-zip"), ("missing/support.zip", "cannot-write")]
)
def test_a_name_that_cannot_be_used_is_told(name, code, cli, tmp_path):
    done = cli("log", "--bundle", tmp_path / name, "--json")
    assert done.json["error"]["code"] == code
    assert list(tmp_path.glob("support*")) == []


def test_a_disk_that_is_full_leaves_no_half_archive(cli, tmp_path, monkeypatch):
    def fill(self, *_words, **_options):
        self.fp.write(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fill)
    done = cli("log", "--bundle", tmp_path / "support.zip", "--json")
    assert done.code == 1
    assert "No space left" in done.json["error"]["message"]
    assert "Free some space" in done.json["error"]["next_step"]
    assert not (tmp_path / "support.zip").exists()


def test_settings_that_are_wrong_are_in_the_archive_as_such(home, cli, tmp_path):
    (home / "settings.toml").write_text("[profiles.default\n")
    done = cli("log", "--bundle", tmp_path / "support.zip")
    assert done.code == 0
    with zipfile.ZipFile(tmp_path / "support.zip") as archive:
        assert b"could not be read" in archive.read("settings.txt")


@pytest.mark.skipif(os.name != "posix", reason="its stand-in is a shell's")
def test_what_the_doctor_says_is_in_the_archive(cli, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "find_spec", lambda _name: object())
    monkeypatch.setattr(sys, "executable", _says(tmp_path, "OK  sign-in Atzr|SECRET"))
    cli("log", "--bundle", tmp_path / "support.zip", "--profile", "japan")
    with zipfile.ZipFile(tmp_path / "support.zip") as archive:
        said = archive.read("doctor.txt").decode()
    assert said == "OK  sign-in ******** -P -m xlsx_addin doctor --profile japan\n"


def test_without_a_doctor_the_archive_is_made_all_the_same(cli, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "find_spec", lambda _name: None)
    done = cli("log", "--bundle", tmp_path / "support.zip", "--json")
    assert "doctor.txt" not in done.json["files"]


def _says(folder, text):
    """Make a program that says a text and its words."""
    program = folder / "program"
    program.write_text(f"#!/bin/sh\necho '{text}' \"$@\"\n")
    program.chmod(0o700)
    return str(program)


def test_wrong_use_leaves_what_was_typed_out_of_the_log(cli):
    cli("lookup", LINE.order_id, LINE.order_line_item_id, LINE.shipment_id, "X1yZ2-more")
    cli("refresh", "a.xlsx", "--rows", "XWwjNjAbC")
    log = cli("log").out
    assert "usage" in log
    for typed in (*LINE, "X1yZ2-more"):
        assert typed not in log
