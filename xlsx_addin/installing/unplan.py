"""What has to be done to take an installation away, and nothing else with it."""

from pathlib import Path

from xlsx_addin.errors import LocalError
from xlsx_addin.installing.computer import Computer, Program, script_name
from xlsx_addin.installing.conf import entries_in
from xlsx_addin.installing.places import ADD_IN_FILE, Places
from xlsx_addin.installing.plan import (
    ADD_IN,
    LINE_END,
    SCRIPT,
    Plan,
    computer_entries,
    conf_before,
    read,
)
from xlsx_addin.installing.record import ConfRecord, Record, digest
from xlsx_addin.installing.steps import Action, Step


def plan_uninstall(computer: Computer, record: Record) -> Plan:
    """Find out what has to be done so that nothing of an installation is left.

    Args:
        computer: whose Excel it is.
        record: of the installation.

    Raises:
        LocalError: a file cannot be read.
    """
    plan = Plan(Record())
    for path, digests in record.files.items():
        _take_away(plan, computer, path, digests)
    if record.conf is not None:
        _undo_conf(plan, computer, record.conf)
    return plan


def record_by_content(computer: Computer, program: Program, places: Places) -> Record:
    """Guess the record of an installation that has none: what this version would have put there.

    Args:
        computer: whose Excel it is.
        program: what is installed.
        places: where it goes.
    """
    files = {places.add_in: (digest(program.add_in),)}
    if places.scripts is not None and program.script is not None:
        script = places.scripts / script_name(program.xlwings)
        files[script] = (digest(program.script.read_bytes()),)
    return Record(files, _conf_by_content(computer, places.conf))


def _conf_by_content(computer: Computer, path: Path) -> ConfRecord | None:
    """Take for ours what starts this very Python."""
    try:
        return ConfRecord(path, None, "", computer_entries(computer))
    except LocalError:
        return None  # no installation could have written it


def _take_away(plan: Plan, computer: Computer, path: Path, digests: tuple[str, ...]) -> None:
    content = read(path, computer.system)
    if content is None:
        return
    if digest(content) not in digests:
        plan.notices.append(f"{path} was changed since it was put there, and was left as it is.")
        return
    what = ADD_IN if path.name == ADD_IN_FILE else SCRIPT
    plan.steps.append(Step(Action.REMOVE, what, path, path.unlink))


def _undo_conf(plan: Plan, computer: Computer, record: ConfRecord) -> None:
    path, content = record.path, read(record.path, computer.system)
    before = conf_before(record, content, LINE_END[computer.system])
    if content is not None and _was_changed(record, content):
        plan.notices.append(f"What {path} says of Python was changed since, and was left as it is.")
    if before == content:
        return
    if before is None:
        what = "the file that says which Python Excel starts"
        plan.steps.append(Step(Action.REMOVE, what, path, path.unlink))
        return
    what = "what had been in"
    plan.steps.append(Step(Action.RESTORE, what, path, lambda: computer.save(path, before)))


def _was_changed(record: ConfRecord, content: bytes) -> bool:
    """Tell whether somebody put another value in the place of one of ours."""
    now = entries_in(content)
    ours = {name: value for name, value in record.entries.items() if value is not None}
    return any(now.get(name, value) != value for name, value in ours.items())
