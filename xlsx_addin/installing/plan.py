"""What has to be done to install the add-in, found out by looking only."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from xlsx_addin.errors import InputError, LocalError
from xlsx_addin.installing.add_in import versions_in
from xlsx_addin.installing.computer import NOT_INSTALLED, Computer, Program, script_name
from xlsx_addin.installing.conf import with_entries, without_entries
from xlsx_addin.installing.interpreter import conf_entries
from xlsx_addin.installing.places import ADD_IN_FILE, Places, System
from xlsx_addin.installing.record import ConfRecord, Record, digest
from xlsx_addin.installing.steps import Action, Step, advice

KEPT_FOLDER: Final = "kept"
"""Below the program's own folder: copies of what somebody had changed."""

LINE_END: Final = {System.WINDOWS: b"\r\n", System.MAC: b"\n"}
ADD_IN: Final = "the add-in"
SCRIPT: Final = "the script with which Excel starts Python"
OLD_SCRIPT: Final = "the script of an older xlwings"


@dataclass(slots=True)
class Plan:
    """An installation, or what undoes one, that was not begun yet.

    Args:
        record: what will be there.
        steps: what leads there.
        notices: what the user should know besides.
    """

    record: Record
    steps: list[Step] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def plan_install(
    computer: Computer, program: Program, places: Places, record: Record, home: Path
) -> Plan:
    """Find out what has to be done so that Excel has this version of the add-in.

    Args:
        computer: whose Excel it is.
        program: what is installed.
        places: where it goes.
        record: of the installation that is there.
        home: the folder of the program's own files.

    Raises:
        InputError: a file of somebody else is where the add-in goes.
        LocalError: this Python, or what is installed in it, is of no use to Excel.
    """
    check_program(program)
    _check_containers(places)
    entries = computer_entries(computer)
    plan = Plan(Record(folders=record.folders))
    _put_add_in(plan, computer, program.add_in, places.add_in, record, home)
    _write_conf(plan, computer, entries, places.conf, record.conf)
    if places.scripts is not None:
        _put_script(plan, computer, program, places.scripts, record)
    _take_others_away(plan, record, computer.system)
    plan.record = replace(plan.record, folders=_folders(plan, record))
    return plan


def computer_entries(computer: Computer) -> dict[str, bytes | None]:
    """Give the entries that let the macros start the Python of a computer.

    Args:
        computer: whose Excel it is.

    Raises:
        LocalError: the macros could not start it.
    """
    return conf_entries(
        computer.interpreter,
        computer.system,
        computer.environ,
        user_home=str(computer.user_home),
        encoding=computer.encoding,
    )


def check_program(program: Program) -> None:
    """Make sure that what is installed fits together.

    Args:
        program: what is installed.

    Raises:
        LocalError: it does not.
    """
    versions = versions_in(program.add_in)
    if program.version == NOT_INSTALLED:
        raise LocalError(
            "This program is not installed in this Python, so Excel could not start it.",
            next_step="Run python -m pip install . in its folder first.",
            code="not-installed",
        )
    if versions is None or versions.package != program.version:
        there = f"is of version {versions.package}" if versions else "tells no version"
        raise LocalError(
            f"The add-in that came with this program {there}, the program is of {program.version}.",
            next_step="Install this program again, with python -m pip install --force-reinstall"
            " and the same source as before.",
            code="versions-differ",
        )
    if versions.xlwings != program.xlwings:
        raise LocalError(
            f"The add-in needs xlwings {versions.xlwings}; in this Python is"
            f" {program.xlwings or 'none'}.",
            next_step=f"Run python -m pip install xlwings=={versions.xlwings}, then this again.",
            code="versions-differ",
        )


def _check_containers(places: Places) -> None:
    missing = [folder for folder in places.containers if not folder.exists()]
    if missing:
        raise LocalError(
            f"Excel was not started on this Mac yet: there is no {missing[0]}.",
            next_step="Start Excel once and quit it, then run xlsx-addin install again.",
            code="excel-never-started",
        )


def internet_mark(path: Path) -> Path:
    """Name the stream in which Windows notes that a file came from the internet.

    Args:
        path: the file.
    """
    return Path(f"{path}:Zone.Identifier")


def read(path: Path, system: System) -> bytes | None:
    """Read a file; None if it is not there.

    Args:
        path: the file.
        system: the user's.

    Raises:
        LocalError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LocalError(
            f"{path} cannot be read: {error.strerror or error}.",
            next_step=advice(error, system),
            code="cannot-install",
        ) from error


def _put_add_in(  # all of them are looked at
    plan: Plan, computer: Computer, content: bytes, path: Path, record: Record, home: Path
) -> None:
    known = record.files.get(path, ())
    new = digest(content)
    old = read(path, computer.system)
    if old is None:
        plan.steps.append(Step(Action.COPY, ADD_IN, path, lambda: _save(computer, path, content)))
    elif digest(old) != new:
        versions = versions_in(old)
        if digest(old) not in known:
            if versions is None:
                raise _foreign(path)
            kept = home / KEPT_FOLDER / f"{path.stem}-{digest(old)[:8]}{path.suffix}"
            what = f"the add-in of version {versions.package}, which somebody had put there,"
            plan.steps.append(Step(Action.KEEP, what, kept, lambda: _save(computer, kept, old)))
        what = f"the add-in of version {versions.package}" if versions else ADD_IN
        plan.steps.append(Step(Action.REPLACE, what, path, lambda: computer.save(path, content)))
    elif computer.system is System.WINDOWS and internet_mark(path).exists():
        plan.steps.append(Step(Action.UNBLOCK, ADD_IN, path, internet_mark(path).unlink))
    plan.record = replace(plan.record, files={**plan.record.files, path: (new,)})


def _take_others_away(plan: Plan, record: Record, system: System) -> None:
    """Remove what earlier installations put elsewhere: Excel would load both add-ins."""
    for path, digests in record.files.items():
        content = read(path, system) if path not in plan.record.files else None
        if content is not None and digest(content) in digests:
            what = f"{ADD_IN} from its old place" if path.name == ADD_IN_FILE else OLD_SCRIPT
            plan.steps.append(Step(Action.REMOVE, what, path, path.unlink))


def _write_conf(
    plan: Plan,
    computer: Computer,
    entries: dict[str, bytes | None],
    path: Path,
    known: ConfRecord | None,
) -> None:
    ending = LINE_END[computer.system]
    before = read(path, computer.system)
    after = with_entries(before or b"", entries, ending)
    ours = known if known is not None and known.path == path else None
    if after == before:
        plan.record = replace(plan.record, conf=ours)
        return
    original = conf_before(ours, before, ending) if ours is not None else before
    what = f"which Python Excel starts ({computer.interpreter.path})"
    plan.steps.append(Step(Action.WRITE, what, path, lambda: _save(computer, path, after)))
    record = ConfRecord(path, original, digest(after), entries)
    plan.record = replace(plan.record, conf=record)


def conf_before(record: ConfRecord, content: bytes | None, ending: bytes) -> bytes | None:
    """Give the file of settings as it would be without us; None for no file.

    Args:
        record: what we did to it.
        content: the file as it is, None if it is gone.
        ending: of the lines of the user's system.
    """
    if content is None or digest(content) == record.after:
        return content if content is None else record.before
    rest = without_entries(content, record.entries, record.before or b"", ending)
    return None if not rest and record.before is None else rest


def _put_script(
    plan: Plan, computer: Computer, program: Program, folder: Path, record: Record
) -> None:
    """Put the script there that Excel on a Mac needs to start Python (see xlwings' macros)."""
    path = folder / script_name(program.xlwings)
    if program.script is None:
        raise LocalError(
            f"xlwings {program.xlwings} lacks its script {path.name}, without which Excel cannot"
            " start Python.",
            next_step=f"Run python -m pip install --force-reinstall xlwings=={program.xlwings},"
            " then this again.",
            code="no-script",
        )
    content = program.script.read_bytes()
    old, known = read(path, computer.system), record.files.get(path, ())
    if old is None:
        plan.steps.append(Step(Action.COPY, SCRIPT, path, lambda: _save(computer, path, content)))
    elif digest(old) not in known:
        if old != content:
            plan.notices.append(
                f"{path} is there already and was left as it is, though it differs from that of"
                f" xlwings {program.xlwings}. If the buttons do nothing, remove it and run this"
                " again."
            )
        return
    elif old != content:
        plan.steps.append(Step(Action.REPLACE, SCRIPT, path, lambda: computer.save(path, content)))
    plan.record = replace(plan.record, files={**plan.record.files, path: (digest(content),)})


def _folders(plan: Plan, record: Record) -> tuple[Path, ...]:
    """List the folders that this installation makes, besides those it made before."""
    made = {
        folder: None
        for step in plan.steps
        if step.action in {Action.COPY, Action.WRITE}
        for folder in _missing_above(step.path)
    }
    return tuple(dict.fromkeys((*record.folders, *made)))


def _missing_above(path: Path) -> Iterator[Path]:
    """List the folders above a file that are not there, the outer before the inner."""
    missing = [folder for folder in path.parents if not folder.exists()]
    return reversed(missing)


def _save(computer: Computer, path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    computer.save(path, content)


def _foreign(path: Path) -> InputError:
    return InputError(
        f"{path} is there already, and it is not the add-in of this program; it was left as it is.",
        next_step="Move it to another folder, or choose another one for the add-in with --to.",
        code="foreign-file",
    )
