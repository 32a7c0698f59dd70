"""Installing: what is put where, and what stands in the way."""

import errno
from dataclasses import replace

import pytest

from tests.installing.conftest import XLWINGS, older
from xlsx_addin.errors import InputError, LocalError, WorkbookBusy
from xlsx_addin.installing.add_in import versions_in
from xlsx_addin.installing.computer import save
from xlsx_addin.installing.conf import entries_in
from xlsx_addin.installing.library import library_name
from xlsx_addin.installing.plan import internet_mark

WINDOWS_ADD_IN = "AppData/Roaming/Microsoft/Excel/XLSTART/xlsx_addin.xlam"
MAC_ADD_IN = (
    "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel/"
    "xlsx_addin.xlam"
)
MAC_SCRIPT = f"Library/Application Scripts/com.microsoft.Excel/xlwings-{XLWINGS}.applescript"


def only_files(desk):
    return {path: content for path, content in desk.files().items() if content != b"(folder)"}


def sentences(report):
    steps = [step.sentence(done=not report.dry_run) for step in report.steps]
    return [*steps, *report.notices, *report.next_steps]


def test_on_windows_add_in_and_settings_are_put_where_excel_looks(windows):
    report = windows.install()
    assert only_files(windows) == {
        WINDOWS_ADD_IN: windows.program.add_in,
        ".xlsx_addin/xlsx_addin.conf": (
            b'"INTERPRETER_WIN","%LOCALAPPDATA%/env/Scripts/python.exe"\r\n'
        ),
    }
    assert sentences(report)[:2] == [
        f"Copied the add-in to {windows.computer.user_home / WINDOWS_ADD_IN}.",
        (
            f"Wrote which Python Excel starts ({windows.computer.interpreter.path}) into"
            f" {windows.places.conf}."
        ),
    ]
    assert "Start Excel. The tab Amazon Business" in report.next_steps[0]


def test_on_a_mac_the_script_that_starts_python_is_there_too(mac):
    mac.install()
    assert mac.program.script is not None
    assert only_files(mac) == {
        MAC_ADD_IN: mac.program.add_in,
        "Library/Containers/com.microsoft.Excel/Data/xlsx_addin.conf": (
            b'"INTERPRETER_MAC","$HOME/env/bin/python"\n'
        ),
        MAC_SCRIPT: mac.program.script.read_bytes(),
    }


def test_a_second_time_nothing_is_to_do(desk):
    desk.install()
    before, record = desk.files(), (desk.home / "installation.json").read_bytes()
    report = desk.install()
    assert report.steps == ()
    assert (desk.files(), (desk.home / "installation.json").read_bytes()) == (before, record)


def test_a_dry_run_changes_nothing_and_says_what_would_be_done(desk):
    report = desk.install(dry_run=True)
    assert only_files(desk) == {}
    assert not desk.home.exists()
    told = sentences(report)
    assert told[0].startswith("Would copy the add-in to ")
    assert told[1].startswith("Would write which Python Excel starts ")


def test_json_names_what_was_done(windows):
    assert windows.install().as_json() | {"notices": [], "next_steps": []} == {
        "dry_run": False,
        "changes": [
            {"action": "copy", "path": str(windows.places.add_in)},
            {"action": "write", "path": str(windows.places.conf)},
        ],
        "notices": [],
        "next_steps": [],
    }


def test_an_excel_that_runs_has_to_be_started_again(desk):
    desk.change(excel_runs=lambda: True)
    assert "start it again" in desk.install().next_steps[0]


def test_settings_of_somebody_else_stay(windows):
    theirs = b'"PYTHONPATH","C:\\tools"\r\n"INTERPRETER_WIN","C:\\old.exe"\r\n'
    windows.places.conf.parent.mkdir()
    windows.places.conf.write_bytes(theirs)
    windows.install()
    assert entries_in(windows.places.conf.read_bytes()) == {
        "INTERPRETER_WIN": b"%LOCALAPPDATA%/env/Scripts/python.exe",
        "PYTHONPATH": b"C:\\tools",
    }


def test_xlwings_own_settings_are_not_touched(windows):
    path = windows.computer.user_home / ".xlwings" / "xlwings.conf"
    path.parent.mkdir()
    path.write_bytes(b'"INTERPRETER_WIN","C:\\theirs.exe"\n')
    windows.install()
    assert path.read_bytes() == b'"INTERPRETER_WIN","C:\\theirs.exe"\n'


def test_an_upgrade_replaces_the_add_in_that_was_installed(desk):
    new = desk.program
    desk.program = replace(new, add_in=older(new.add_in), version="0.0.9")
    desk.install()
    desk.program = new
    report = desk.install()
    assert sentences(report)[0] == f"Replaced the add-in of version 0.0.9: {desk.places.add_in}."
    assert desk.places.add_in.read_bytes() == new.add_in
    assert not (desk.home / "kept").exists()
    assert desk.install().steps == ()


def test_an_add_in_of_ours_that_somebody_put_there_is_kept_aside(desk):
    theirs = older(desk.program.add_in)
    desk.places.add_in.parent.mkdir(parents=True)
    desk.places.add_in.write_bytes(theirs)
    report = desk.install()
    assert desk.actions(report)[:2] == ["keep", "replace"]
    (kept,) = (desk.home / "kept").iterdir()
    assert kept.read_bytes() == theirs
    assert versions_in(desk.places.add_in.read_bytes()).package == desk.program.version


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_a_file_of_somebody_else_is_never_replaced(desk, content):
    desk.places.add_in.parent.mkdir(parents=True)
    desk.places.add_in.write_bytes(content)
    before = desk.files()
    with pytest.raises(InputError, match="not the add-in of this program") as error:
        desk.install()
    assert error.value.code == "foreign-file"
    assert desk.files() == before


def test_the_mark_of_the_internet_is_taken_off(windows):
    windows.install()
    # The stream's name is a file's name on other systems.
    mark = internet_mark(windows.places.add_in)
    mark.write_text("[ZoneTransfer]\nZoneId=3\n")
    report = windows.install()
    assert windows.actions(report) == ["unblock"]
    assert not mark.exists()
    assert "start" in report.next_steps[0].lower()


def test_another_folder_may_be_chosen_and_stays_chosen(desk, tmp_path):
    folder = tmp_path / "startup"
    desk.install(startup=folder)
    assert (folder / "xlsx_addin.xlam").exists()
    assert not desk.places.add_in.exists()
    assert desk.install().steps == ()


def test_an_add_in_that_moves_is_not_left_in_its_old_place(desk, tmp_path):
    desk.install()
    report = desk.install(startup=tmp_path / "startup")
    assert desk.actions(report) == ["copy", "remove"]
    assert not desk.places.add_in.exists()


def test_an_add_in_that_moves_and_was_changed_stays(desk, tmp_path):
    desk.install()
    desk.places.add_in.write_bytes(b"signed by IT")
    desk.install(startup=tmp_path / "startup")
    assert desk.places.add_in.read_bytes() == b"signed by IT"


def test_the_formulas_need_their_library_on_windows(windows):
    assert any("formulas will not work" in one for one in windows.install().notices)
    library = windows.computer.user_home / "AppData/Local/env" / library_name(XLWINGS, 64)
    library.parent.mkdir(parents=True)
    library.touch()
    assert windows.install().notices == ()


def test_a_script_that_is_there_already_is_left_alone(mac):
    script = mac.computer.user_home / MAC_SCRIPT
    script.parent.mkdir(parents=True)
    script.write_text("-- changed by hand\n")
    report = mac.install()
    assert script.read_text() == "-- changed by hand\n"
    assert any(str(script) in one for one in report.notices)


def test_the_script_of_an_older_xlwings_goes_with_an_upgrade(mac):
    mac.install()
    old = mac.computer.user_home / MAC_SCRIPT.replace(XLWINGS, "0.30.0")
    script = mac.computer.user_home / MAC_SCRIPT
    script.rename(old)
    record = mac.home / "installation.json"
    record.write_text(record.read_text().replace(f"-{XLWINGS}.apple", "-0.30.0.apple"))
    report = mac.install()
    assert mac.actions(report) == ["copy", "remove"]
    assert (script.exists(), old.exists()) == (True, False)


def test_without_xlwings_script_there_is_advice_and_no_change(mac):
    mac.program = replace(mac.program, script=None)
    with pytest.raises(LocalError, match="force-reinstall xlwings") as error:
        mac.install()
    assert error.value.code == "no-script"
    assert only_files(mac) == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"xlwings": "0.1"}, "pip install xlwings=="),
        ({"xlwings": ""}, "in this Python is none"),
        ({"version": "9.9"}, "is of version 0.1.0, the program is of 9.9"),
        ({"version": "0"}, "not installed in this Python"),
    ],
)
def test_versions_that_do_not_fit_together_are_not_installed(desk, changes, words):
    desk.program = replace(desk.program, **changes)
    with pytest.raises(LocalError) as error:
        desk.install()
    assert words in str(error.value)
    assert only_files(desk) == {}


def in_use(path, content):
    raise WorkbookBusy(f"{path.name} could not be replaced") from PermissionError(13, "in use")


def test_an_add_in_that_excel_has_open_gives_advice(windows):
    windows.install()
    new = windows.program
    windows.program = replace(new, add_in=older(new.add_in), version="0.0.9")
    windows.change(
        save=lambda path, content: in_use(path, content) if path.suffix == ".xlam" else None
    )
    with pytest.raises(WorkbookBusy) as error:
        windows.install()
    assert "cannot be changed while Excel runs" in error.value.message
    assert error.value.next_step == (
        "Close all windows of Excel, then run xlsx-addin install again."
    )


def test_after_an_interrupted_upgrade_the_old_add_in_still_counts_as_ours(desk):
    new = desk.program
    desk.program = replace(new, add_in=older(new.add_in), version="0.0.9")
    desk.install()
    desk.program = new

    def fail(path, content):
        if path.suffix == ".xlam":
            raise OSError(errno.ENOSPC, "No space left on device")
        save(path, content)

    desk.change(save=fail)
    with pytest.raises(LocalError, match="no room") as error:
        desk.install()
    assert error.value.code == "disk-full"
    desk.change(save=save)
    assert desk.actions(desk.install()) == ["replace"]


@pytest.mark.parametrize(
    ("system", "number", "words"),
    [
        ("windows", errno.EACCES, "--to"),
        ("mac", errno.EACCES, "Check that you may write there, then"),
        ("mac", errno.EPERM, "choose Allow"),
    ],
)
def test_a_folder_that_is_closed_gives_advice_for_its_system(system, number, words, request):
    desk = request.getfixturevalue(system)

    def closed(path, content):
        if path == desk.places.add_in:
            raise PermissionError(number, "Not permitted")
        save(path, content)

    # Not the folder itself: nothing is closed to whoever runs tests as root.
    desk.change(save=closed)
    with pytest.raises(LocalError) as error:
        desk.install()
    assert error.value.message == f"{desk.places.add_in} cannot be changed: Not permitted."
    assert words in error.value.next_step


def test_without_a_place_for_the_record_nothing_is_installed(desk, tmp_path):
    (tmp_path / "home").write_text("a file")
    before = desk.files()
    with pytest.raises(LocalError, match="XLSX_ADDIN_HOME") as error:
        desk.install()
    assert error.value.code == "home-not-writable"
    assert desk.files() == before


def test_an_excel_that_was_never_started_has_to_be_started_first(mac):
    for container in mac.places.containers:
        container.rmdir()
    before = mac.files()
    with pytest.raises(LocalError, match="Start Excel once") as error:
        mac.install()
    assert error.value.code == "excel-never-started"
    assert mac.files() == before


def test_a_file_where_a_folder_should_be_gives_advice(desk):
    desk.places.add_in.parent.parent.mkdir(parents=True)
    desk.places.add_in.parent.write_text("a file")
    with pytest.raises(LocalError) as error:
        desk.install()
    assert str(desk.places.add_in) in error.value.message


def test_a_folder_that_is_a_link_stays_one(desk, tmp_path):
    real = tmp_path / "elsewhere"
    real.mkdir()
    desk.places.add_in.parent.parent.mkdir(parents=True)
    desk.places.add_in.parent.symlink_to(real, target_is_directory=True)
    desk.install()
    assert desk.places.add_in.parent.is_symlink()
    assert (real / "xlsx_addin.xlam").read_bytes() == desk.program.add_in
    desk.uninstall()
    assert desk.places.add_in.parent.is_symlink()
    assert list(real.iterdir()) == []


def test_a_link_that_leads_nowhere_gives_advice(desk, tmp_path):
    desk.places.add_in.parent.parent.mkdir(parents=True)
    desk.places.add_in.parent.symlink_to(tmp_path / "gone", target_is_directory=True)
    with pytest.raises(LocalError, match="cannot be changed"):
        desk.install()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', '{"format": 1, "files": 3}'])
def test_a_damaged_record_is_moved_aside_and_told_of(desk, content):
    desk.install()
    record = desk.home / "installation.json"
    record.write_text(content)
    report = desk.install()
    assert report.steps == ()
    assert "cannot be read" in report.notices[0]
    assert record.with_suffix(".damaged").read_text() == content
    assert not any("cannot be read" in one for one in desk.install().notices)
    desk.uninstall()
    assert only_files(desk) == {}
