"""`xlsx-addin install` and `uninstall` in the whole program."""

import pytest

from tests.installing.conftest import make_desk
from xlsx_addin.cli import install, uninstall
from xlsx_addin.installing.computer import this_computer
from xlsx_addin.installing.places import System


@pytest.fixture(params=System)
def desk(request, tmp_path, monkeypatch):
    """A computer with Excel that the commands take for this one."""
    desk = make_desk(request.param, tmp_path)
    for module in (install, uninstall):
        monkeypatch.setattr(module, "this_computer", lambda _environ: desk.computer)
    return desk


def test_a_person_reads_what_was_done_and_what_is_next(desk, cli):
    done = cli("install")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == f"Copied the add-in to {desk.places.add_in}."
    assert lines[-2].startswith("Start Excel.")
    assert "xlsx-addin doctor" in lines[-1]
    assert cli("install").out.startswith("Nothing to do: the add-in is installed.")


def test_uninstall_leaves_nothing(desk, cli):
    before = desk.files()
    cli("install")
    done = cli("uninstall")
    assert done.code == 0
    assert done.out.splitlines()[0] == f"Removed the add-in: {desk.places.add_in}."
    assert desk.files() == before
    assert cli("uninstall").out == "Nothing to do: the add-in is not installed.\n"


def test_both_print_json(desk, cli):
    before = desk.files()
    would = cli("install", "--dry-run", "--json").json
    assert would["dry_run"] is True
    assert desk.files() == before
    assert cli("install", "--json").json["changes"] == would["changes"]
    assert {change["action"] for change in cli("uninstall", "--json").json["changes"]} == {"remove"}


def test_another_folder_is_taken(desk, cli, tmp_path):
    assert cli("install", "--to", tmp_path / "start").code == 0
    assert (tmp_path / "start" / "xlsx_addin.xlam").exists()


def test_with_sudo_on_a_mac_nothing_is_installed_for_somebody_else(cli, monkeypatch):
    monkeypatch.setattr(
        install, "this_computer", lambda environ: this_computer(environ, "darwin", lambda: 0)
    )
    done = cli("install")
    assert done.code == 2
    assert "without sudo" in done.err


@pytest.mark.parametrize(("command", "module"), [("install", install), ("uninstall", uninstall)])
def test_without_excel_it_says_so_and_what_works_all_the_same(command, module, cli, monkeypatch):
    monkeypatch.setattr(module, "this_computer", lambda environ: this_computer(environ, "linux"))
    done = cli(command)
    assert done.code == 2
    assert "There is no Excel on this system" in done.err
    assert "refresh, undo, lookup, new and demo" in done.err
