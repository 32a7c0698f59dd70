"""Checks of Excel and of the add-in in it."""

from collections.abc import Callable
from pathlib import Path

from xlsx_addin.doctor.check import Finding, ok, problem, skipped
from xlsx_addin.doctor.office import Excel
from xlsx_addin.installing.add_in import versions_in
from xlsx_addin.installing.computer import Computer, Program, script_name
from xlsx_addin.installing.conf import entries_in
from xlsx_addin.installing.interpreter import check_seen_by_excel, expanded, names_on
from xlsx_addin.installing.library import find_library, library_name
from xlsx_addin.installing.places import Places, System
from xlsx_addin.installing.plan import internet_mark

_INSTALL = "Run xlsx-addin install."
_ENVIRONMENT = "Install this program in a virtual environment, then run xlsx-addin install."


def check_office(find: Callable[[], Excel | None]) -> Finding:
    """Check which Excel there is.

    Args:
        find: finds it.
    """
    excel = find()
    if excel is None:
        return problem(
            "There seems to be no Excel on this computer.",
            "Install Excel for Windows or macOS; refresh works without it, on closed workbooks.",
        )
    if excel.from_store:
        return problem(
            f"{excel}: formulas do not start in an Office from the Microsoft Store.",
            "Use the buttons, or install Office from https://www.office.com instead.",
        )
    return ok(f"{excel}.")


def check_add_in(computer: Computer, program: Program, places: Places) -> Finding:
    """Check that Excel loads this version of the add-in.

    Args:
        computer: whose Excel it is.
        program: what is installed.
        places: where it should be.
    """
    path = places.add_in
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return problem(f"The add-in is not installed: there is no {path}.", _INSTALL)
    except OSError as error:
        return problem(
            f"The add-in {path} cannot be read: {error.strerror or error}.",
            "Check that you may read it.",
        )
    versions = versions_in(content)
    if versions is None:
        return problem(
            f"{path} is damaged, or not the add-in of this program.",
            "Move it away, then run xlsx-addin install.",
        )
    if versions.package != program.version:
        return problem(
            f"The add-in in Excel is of version {versions.package}, the program of"
            f" {program.version}.",
            "Close Excel and run xlsx-addin install.",
        )
    if versions.xlwings != program.xlwings:
        return problem(
            f"The add-in in Excel needs xlwings {versions.xlwings}; in this Python is"
            f" {program.xlwings or 'none'}.",
            "Close Excel and run xlsx-addin install.",
        )
    if computer.system is System.WINDOWS and internet_mark(path).exists():
        return problem(
            f"Windows marked {path} as coming from the internet: Excel runs no macros of it.",
            _INSTALL,
        )
    return ok(f"Version {versions.package} is installed, {path}.")


def check_interpreter(computer: Computer, places: Places) -> Finding:
    """Check which Python the macros start.

    Args:
        computer: whose Excel it is.
        places: where the file is that says so.
    """
    if computer.system is System.WINDOWS:
        check_seen_by_excel(computer.interpreter)
    entries = _entries(places)
    name = names_on(computer.system)[0]
    if name not in entries:
        there = "does not say so" if places.conf.exists() else "is not there"
        return problem(
            f"Excel does not know which Python to start: {places.conf} {there}.", _INSTALL
        )
    if "CONDA PATH" in entries and computer.interpreter.is_conda:
        return ok("Excel starts Python in an environment of conda.")
    path = _started(computer, entries[name])
    if not path.exists():
        return problem(
            f"Excel would start a Python that is not there: {path}.",
            f"{_INSTALL} It writes where this one is.",
        )
    if not _is_same(path, Path(computer.interpreter.path)):
        return problem(
            f"Excel starts another Python, {path}, than this command, {computer.interpreter.path}.",
            f"{_INSTALL} Excel then starts the one of this command.",
        )
    return ok(f"Excel starts this Python (said in {places.conf}).")


def check_library(
    computer: Computer, program: Program, find: Callable[[], Excel | None]
) -> Finding:
    """Check that Excel on Windows finds what starts the formulas.

    Args:
        computer: whose Excel it is.
        program: what is installed.
        find: finds Excel.
    """
    if computer.system is not System.WINDOWS:
        return skipped("Formulas are for Excel on Windows.")
    excel = find()
    bits = excel.bits if excel is not None else 64
    interpreter = Path(computer.interpreter.path)
    library = find_library(interpreter, program.xlwings, bits)
    if library is None:
        return problem(
            f"The formulas cannot start: {library_name(program.xlwings, bits)} is neither in"
            f" {interpreter.parent} nor in {interpreter.parent.parent}.",
            _ENVIRONMENT,
        )
    return ok(f"The formulas start through {library}.")


def check_script(program: Program, places: Places) -> Finding:
    """Check that Excel on a Mac finds what starts Python.

    Args:
        program: what is installed.
        places: where it should be.
    """
    if places.scripts is None:
        return skipped("Only Excel on a Mac needs a script to start Python.")
    script = places.scripts / script_name(program.xlwings)
    if not script.exists():
        return problem(f"Excel cannot start Python: there is no {script}.", _INSTALL)
    if program.script is not None and script.read_bytes() != program.script.read_bytes():
        return problem(
            f"{script} is not the one of xlwings {program.xlwings}.",
            "If the buttons do nothing, remove it and run xlsx-addin install.",
        )
    return ok(f"Excel starts Python through {script}.")


def _entries(places: Places) -> dict[str, bytes]:
    try:
        return entries_in(places.conf.read_bytes())
    except FileNotFoundError:
        return {}


def _started(computer: Computer, value: bytes) -> Path:
    text = value.decode(computer.encoding, "replace")
    return Path(expanded(text, computer.environ, str(computer.user_home)))


def _is_same(one: Path, other: Path) -> bool:
    # Not where links lead: the Pythons of environments are links to one and the same.
    return one.absolute() == other.absolute()
