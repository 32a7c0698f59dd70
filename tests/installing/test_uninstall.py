"""Uninstalling: exactly what was installed goes, and comes back as it was."""

from dataclasses import replace

import pytest

from xlsx_addin.errors import WorkbookBusy
from xlsx_addin.installing.computer import this_program
from xlsx_addin.installing.interpreter import names_on


def edited_installation(desk) -> str:
    """Install over an entry of somebody else, who then adds another; give the entry's name."""
    name = names_on(desk.computer.system)[0]
    desk.places.conf.parent.mkdir(parents=True)
    desk.places.conf.write_text(f'"{name}","/old"\n')
    desk.install()
    with desk.places.conf.open("ab") as file:
        file.write(b'"SHOW CONSOLE","true"\n')
    return name


def test_nothing_is_left_of_an_installation(desk):
    before = desk.files()
    desk.install()
    report = desk.uninstall()
    assert desk.files() == before
    assert not (desk.home / "installation.json").exists()
    assert report.steps[0].sentence(done=True) == f"Removed the add-in: {desk.places.add_in}."
    assert desk.uninstall().steps == ()


def test_a_dry_run_only_tells(desk):
    desk.install()
    before = desk.files()
    report = desk.uninstall(dry_run=True)
    assert desk.files() == before
    assert report.steps[0].sentence(done=False).startswith("Would remove the add-in: ")


def test_a_file_of_settings_is_as_it_was_byte_for_byte(desk):
    theirs = b'"PYTHONPATH","C:\\tools"\r\n\r\n"interpreter_win",old\nINTERPRETER_MAC,/old\n'
    desk.places.conf.parent.mkdir(parents=True)
    desk.places.conf.write_bytes(theirs)
    desk.install()
    assert desk.places.conf.read_bytes() != theirs
    desk.uninstall()
    assert desk.places.conf.read_bytes() == theirs


def test_settings_added_since_stay_and_the_old_value_comes_back(desk):
    name = edited_installation(desk)
    desk.uninstall()
    lines = desk.places.conf.read_text().split()
    assert lines == [f'"{name}","/old"', '"SHOW', 'CONSOLE","true"']


def test_two_installations_with_an_edit_between_still_remember_the_first_value(desk):
    name = edited_installation(desk)
    other = replace(desk.computer.interpreter, path="/opt/other/python")
    desk.change(interpreter=other)
    desk.install()
    desk.uninstall()
    assert desk.places.conf.read_text().split("\n")[0].strip() == f'"{name}","/old"'


def test_an_interpreter_that_somebody_chose_since_stays(desk):
    desk.install()
    name = names_on(desk.computer.system)[0]
    desk.places.conf.write_text(f'"{name}","/theirs"\n')
    report = desk.uninstall()
    assert desk.places.conf.read_text() == f'"{name}","/theirs"\n'
    assert any("was left as it is" in one for one in report.notices)


def test_an_add_in_that_was_changed_stays(desk):
    desk.install()
    desk.places.add_in.write_bytes(b"signed by IT")
    report = desk.uninstall()
    assert desk.places.add_in.read_bytes() == b"signed by IT"
    assert report.notices == (
        f"{desk.places.add_in} was changed since it was put there, and was left as it is.",
    )


def test_files_of_others_in_the_same_folders_stay(desk):
    desk.install()
    other = desk.places.add_in.with_name("theirs.xlam")
    other.write_bytes(b"theirs")
    desk.uninstall()
    assert other.read_bytes() == b"theirs"


def test_a_script_of_xlwings_that_was_there_before_stays(mac):
    script = this_program().script
    assert script is not None
    theirs = (
        mac.computer.user_home / "Library/Application Scripts/com.microsoft.Excel" / script.name
    )
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(script.read_bytes())
    mac.install()
    mac.uninstall()
    assert theirs.exists()


@pytest.mark.parametrize("content", [None, "{", '{"format": 1}'])
def test_without_a_record_what_is_ours_by_its_content_goes(desk, content):
    desk.install()
    record = desk.home / "installation.json"
    record.unlink()
    if content is not None:
        record.write_text(content)
    desk.uninstall()
    assert [path for path, what in desk.files().items() if what != b"(folder)"] == []
    assert not record.exists()


def test_without_a_record_what_is_not_ours_stays(desk):
    desk.places.add_in.parent.mkdir(parents=True)
    desk.places.add_in.write_bytes(b"theirs")
    desk.places.conf.parent.mkdir(parents=True, exist_ok=True)
    desk.places.conf.write_bytes(b'"INTERPRETER_WIN","C:\\theirs.exe"\r\n')
    before = desk.files()
    assert desk.uninstall().steps == ()
    assert desk.files() == before


def test_an_add_in_that_excel_has_open_gives_advice(windows, monkeypatch):
    windows.install()

    def held(self, missing_ok=False):
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr("pathlib.Path.unlink", held)
    with pytest.raises(WorkbookBusy, match="then run xlsx-addin uninstall again"):
        windows.uninstall()
    monkeypatch.undo()
    assert windows.uninstall().steps != ()
    assert windows.files() == {}
