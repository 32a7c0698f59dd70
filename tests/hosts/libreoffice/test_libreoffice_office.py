"""The office starts, ends, and leaves nothing behind."""

import builtins
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.hosts.libreoffice import bridge
from tests.hosts.libreoffice.office import Office, OfficeFailedError

ROOT = Path(__file__).parents[3]

CHILD = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from tests.hosts.libreoffice.office import Office
office = Office().start()
print(office.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _needs_libreoffice():
    bridge.skip_without()


def is_there(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ends(pid):
    """Tell whether a process ends soon."""
    end = time.monotonic() + 20
    while is_there(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_there(pid)


def test_an_office_that_has_ended_leaves_no_process_and_no_profile():
    with Office() as office:
        profile = office._profile
        assert office.is_running
        assert (profile / "user" / "registrymodifications.xcu").is_file()
    assert not office.is_running
    assert ends(office.pid)
    assert not profile.parent.exists()


def test_an_office_can_be_started_again():
    office = Office()
    for _ in range(2):
        with office:
            assert office.desktop.Components.createEnumeration().hasMoreElements() is False


def test_offices_do_not_share_anything():
    with Office() as one, Office() as other:
        one.kill()
        assert other.desktop is not None
        assert other.is_running


def test_an_office_that_does_not_want_to_end_is_killed():
    with Office() as office:
        os.kill(office.pid, signal.SIGSTOP)
        office.stop(patience_s=0.2)
        assert not office.is_running


def test_the_office_of_tests_that_are_killed_ends_with_them(tmp_path):
    command = [sys.executable, "-c", CHILD]
    # Nobody is left to remove the profile.
    place = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(  # noqa: S603  # ours
        command, stdout=subprocess.PIPE, text=True, env=place
    ) as child:
        pid = int(child.stdout.readline())
        assert is_there(pid)
        child.kill()
    assert ends(pid)


def test_an_office_that_ends_at_once_is_reported(monkeypatch):
    monkeypatch.setattr(bridge, "program", lambda: Path("/bin/false"))
    office = Office()
    with pytest.raises(OfficeFailedError, match="ended with 1"):
        office.start()
    assert not office.is_running


def test_an_office_that_asks_to_be_started_again_is(monkeypatch, tmp_path):
    program = tmp_path / "office"
    mark = tmp_path / "mark"
    program.write_text(
        f'#!/bin/sh\n[ -e {mark} ] && exec {bridge.program()} "$@"\ntouch {mark}\nexit 81\n'
    )
    program.chmod(0o700)
    monkeypatch.setattr(bridge, "program", lambda: program)
    with Office() as office:
        assert office.is_running


def test_an_office_that_never_answers_is_given_up(monkeypatch, tmp_path):
    program = tmp_path / "office"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr(bridge, "program", lambda: program)
    office = Office()
    with pytest.raises(OfficeFailedError, match="did not answer within"):
        office.start(deadline_s=0.2)
    assert not office.is_running


@pytest.mark.parametrize(("required", "outcome"), [("1", pytest.fail), ("", pytest.skip)])
def test_without_libreoffice_tests_are_skipped_unless_it_is_required(
    monkeypatch, required, outcome
):
    monkeypatch.setenv(bridge.REQUIRE, required)
    with pytest.raises(outcome.Exception, match="no-such-program is not installed"):
        bridge.skip_without("no-such-program")


def test_the_bridge_changes_nothing_for_others():
    uno = bridge.bridge()
    assert builtins.__import__.__module__ == "builtins"
    assert str(Path(uno.__file__).parent) not in sys.path
