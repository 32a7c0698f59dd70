"""Installing and uninstalling: plan, record, carry out, and tell what was done."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from xlsx_addin.errors import LocalError
from xlsx_addin.installing.computer import Computer, Program
from xlsx_addin.installing.library import BITNESSES, find_library, library_name
from xlsx_addin.installing.places import ADD_IN_FILE, Places, System, places_on
from xlsx_addin.installing.plan import Plan, plan_install
from xlsx_addin.installing.record import (
    RECORD_FILE,
    Record,
    RecordDamaged,
    read_record,
    written_record,
)
from xlsx_addin.installing.steps import Action, Step, carry_out
from xlsx_addin.installing.unplan import plan_uninstall, record_by_content

_TAB: Final = "The tab Amazon Business is at the right end of its ribbon."
_START_AGAIN: Final = {
    System.WINDOWS: "Excel runs: close all of its windows and start it again.",
    System.MAC: "Excel runs: quit it and start it again.",
}
_NEED_A_START: Final = frozenset({Action.COPY, Action.REPLACE, Action.UNBLOCK})
_DOCTOR: Final = "To see what is left to do, such as signing in, run: xlsx-addin doctor"


@dataclass(frozen=True, slots=True)
class SetupReport:
    """What an installation, or undoing one, came to.

    Args:
        steps: what was done, or would be.
        dry_run: whether it was only looked at.
        notices: what the user should know besides.
        next_steps: what the user does now.
    """

    steps: tuple[Step, ...]
    dry_run: bool
    notices: tuple[str, ...]
    next_steps: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "dry_run": self.dry_run,
            "changes": [
                {"action": step.action.value, "path": str(step.path)} for step in self.steps
            ],
            "notices": list(self.notices),
            "next_steps": list(self.next_steps),
        }


def install(
    computer: Computer,
    program: Program,
    home: Path,
    *,
    startup: Path | None = None,
    dry_run: bool = False,
) -> SetupReport:
    """Put the add-in where Excel loads it, and tell its macros which Python to start.

    Args:
        computer: whose Excel it is.
        program: what is installed.
        home: the folder of the program's own files, for the record.
        startup: the folder for the add-in; None for where it is, or else the usual one.
        dry_run: change nothing.

    Raises:
        InputError: a file of somebody else is where the add-in goes.
        WorkbookBusy: Excel has the add-in open.
        LocalError: this Python is of no use to Excel, or a file cannot be written.
    """
    record, notices = _read(home, dry_run=dry_run)
    if notices:
        record = record_by_content(computer, program, places_of(computer, record))
    places = places_of(computer, record, startup)
    plan = plan_install(computer, program, places, record, home)
    if not dry_run:
        _carry_out(plan, computer, _file(home), record, "xlsx-addin install")
    notices += [*plan.notices, *_about_formulas(computer, program)]
    steps = tuple(plan.steps)
    next_steps = () if dry_run else _after_install(computer, places, steps)
    return SetupReport(steps, dry_run, tuple(notices), next_steps)


def uninstall(
    computer: Computer, program: Program, home: Path, *, dry_run: bool = False
) -> SetupReport:
    """Take away what an installation put there, as far as nobody changed it since.

    Args:
        computer: whose Excel it is.
        program: what is installed.
        home: the folder of the program's own files, with the record.
        dry_run: change nothing.

    Raises:
        WorkbookBusy: Excel has the add-in open.
        LocalError: a file cannot be removed.
    """
    record, notices = _read(home, dry_run=dry_run)
    known = _file(home).exists() and not notices
    if not known:
        record = record_by_content(computer, program, places_of(computer, record))
    plan = plan_uninstall(computer, record)
    if (plan.steps or known) and not dry_run:
        _carry_out(plan, computer, _file(home), record, "xlsx-addin uninstall")
        _remove_folders(record.folders)
        with suppress(OSError):
            _file(home).unlink(missing_ok=True)
    steps = tuple(plan.steps)
    next_steps = (
        ("Excel runs: the tab is gone after its next start.",)
        if steps and computer.excel_runs()
        else ()
    )
    return SetupReport(steps, dry_run, (*notices, *plan.notices), next_steps)


def places_of(computer: Computer, record: Record, startup: Path | None = None) -> Places:
    """Tell where the files of an installation are, or go.

    Args:
        computer: whose Excel it is.
        record: of the installation that is there.
        startup: the folder for the add-in; None for where it is, or else the usual one.
    """
    there = next((path.parent for path in record.files if path.name == ADD_IN_FILE), None)
    return places_on(computer.system, computer.user_home, computer.environ, startup or there)


def _file(home: Path) -> Path:
    return home / RECORD_FILE


def _read(home: Path, *, dry_run: bool) -> tuple[Record, list[str]]:
    """Read the record; a damaged one is moved aside, and told of."""
    path = _file(home)
    aside = path.with_suffix(".damaged")
    try:
        return read_record(path), []
    except RecordDamaged:
        if not dry_run:
            path.replace(aside)
    except OSError as error:
        raise _cannot_note(path, error) from error
    told = "would be moved" if dry_run else "was moved"
    notice = (
        f"The record of the installation, {path}, cannot be read; it {told} to {aside}."
        " Files are judged by their content instead."
    )
    return Record(), [notice]


def _carry_out(plan: Plan, computer: Computer, path: Path, old: Record, command: str) -> None:
    """Take the steps; whatever stops them, the record knows what may be there by then."""
    if not plan.steps and plan.record == old and path.exists():
        return
    _write(computer, path, _both(old, plan.record))
    for step in plan.steps:
        carry_out(step, computer.system, command)
    _write(computer, path, plan.record)


def _write(computer: Computer, path: Path, record: Record) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        computer.save(path, written_record(record))
    except (LocalError, OSError) as error:
        raise _cannot_note(path, error) from error


def _cannot_note(path: Path, error: LocalError | OSError) -> LocalError:
    cause = error if isinstance(error, OSError) else error.__cause__
    said = cause.strerror if isinstance(cause, OSError) else cause
    return LocalError(
        f"What is installed cannot be noted in {path}: {said}.",
        next_step="Make its folder writable, or name another one in XLSX_ADDIN_HOME.",
        code="home-not-writable",
    )


def _both(old: Record, new: Record) -> Record:
    """Know of all that may be there while the steps are taken."""
    files = {
        path: tuple(dict.fromkeys((*old.files.get(path, ()), *new.files.get(path, ()))))
        for path in (*old.files, *new.files)
    }
    folders = tuple(dict.fromkeys((*old.folders, *new.folders)))
    return replace(new, files=files, folders=folders, conf=new.conf or old.conf)


def _remove_folders(folders: tuple[Path, ...]) -> None:
    for folder in reversed(folders):
        # One that somebody else uses by now is not empty, and stays.
        with suppress(OSError):
            folder.rmdir()


def _about_formulas(computer: Computer, program: Program) -> list[str]:
    if computer.system is not System.WINDOWS:
        return []
    interpreter = Path(computer.interpreter.path)
    if any(find_library(interpreter, program.xlwings, bits) for bits in BITNESSES):
        return []
    notice = (
        f"The formulas will not work yet: {library_name(program.xlwings, 64)} is not beside"
        f" {interpreter}. Install this program in a virtual environment. The buttons work as"
        " they are."
    )
    return [notice]


def _after_install(computer: Computer, places: Places, steps: tuple[Step, ...]) -> tuple[str, ...]:
    if not steps:
        return (f"The add-in is {places.add_in}.", _DOCTOR)
    if not any(step.action in _NEED_A_START for step in steps):
        return (_DOCTOR,)
    start = _START_AGAIN[computer.system] if computer.excel_runs() else "Start Excel."
    return (f"{start} {_TAB}", _DOCTOR)
