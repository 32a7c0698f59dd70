"""The part of the composition root that makes the checks of `xlsx-addin doctor`."""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from importlib import metadata
from pathlib import Path
from typing import Final

import filelock

from xlsx_addin.amazon.client import AmazonClient
from xlsx_addin.amazon.limits import permit_key, usable_burst
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.reach import Reached, reach
from xlsx_addin.amazon.reconciliation import INVOICES
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.connecting import connected
from xlsx_addin.core.secret_age import renewing
from xlsx_addin.doctor.account import Contact, Trial, check_keychain, check_permits, check_secret
from xlsx_addin.doctor.check import Check, Finding, ok, skipped
from xlsx_addin.doctor.excel import (
    check_add_in,
    check_interpreter,
    check_library,
    check_office,
    check_script,
)
from xlsx_addin.doctor.local import check_home, check_locks, check_room, check_store, free_bytes
from xlsx_addin.doctor.office import Excel, excel_on_mac, excel_on_windows
from xlsx_addin.doctor.python import check_packages, check_python
from xlsx_addin.doctor.registry import read_registry
from xlsx_addin.doctor.rules import check_rules
from xlsx_addin.errors import SettingError, XlsxAddinError
from xlsx_addin.installing.add_in import versions_in
from xlsx_addin.installing.computer import Computer, Program, this_computer, this_program
from xlsx_addin.installing.places import Places, System
from xlsx_addin.installing.record import RECORD_FILE, Record, RecordDamaged, read_record
from xlsx_addin.installing.setup import places_of
from xlsx_addin.keychain import system_keychain
from xlsx_addin.settings import Settings
from xlsx_addin.settings_file import SETTINGS_FILE, profile_option
from xlsx_addin.signing_in import Finding as Tried
from xlsx_addin.signing_in import Tools
from xlsx_addin.signing_in import check as check_sign_in
from xlsx_addin.store.address import default_store_path, store_path
from xlsx_addin.store.health import look_at
from xlsx_addin.store.looking import permits_left
from xlsx_addin.store.permits import PERMITS_FILE

NEEDED: Final = (
    *("xlwings", "openpyxl", "requests", "keyring", "tomlkit"),
    *("filelock", "platformdirs", "psutil", "tqdm", "tzdata"),
)
"""The packages that the program needs, as in `setup.cfg`."""

_OF_EXCEL: Final = ("excel", "add-in", "interpreter", "library", "script", "rules")
CREDENTIALS: Final = "credentials"
SIGN_IN: Final = "sign-in"
INVOICES_STEP: Final = "invoices"

_OF_NETWORK: Final = ("network", "clock", SIGN_IN, INVOICES_STEP)
_OF_ACCOUNT: Final = ("keychain", CREDENTIALS, "secret", *_OF_NETWORK, "permits", "store")

_HASTY: Final = ClientOptions(connect_timeout_s=4.0, read_timeout_s=4.0, answer_timeout_s=6.0)
"""For somebody who waits to hear whether Amazon can be reached."""

_SIGN_IN_S: Final = 30.0
"""Seconds that trying a sign-in may take, other regions included."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is to be checked.

    Args:
        home: the folder of the program's own files.
        settings: of the profile, or what is wrong with them.
        offline: whether the network is left alone.
        environ: the environment variables.
        platform: as `sys.platform` names it.
    """

    home: Path
    settings: Settings | XlsxAddinError
    offline: bool
    environ: Mapping[str, str]
    platform: str = sys.platform


def checks_for(diagnosis: Diagnosis) -> list[Check]:
    """Make all checks.

    Args:
        diagnosis: what is to be checked.
    """
    program = this_program()
    settings = diagnosis.settings
    of_account = (
        _of_account(diagnosis, settings)
        if isinstance(settings, Settings)
        else _skipping(_OF_ACCOUNT, "The settings are wrong.")
    )
    return [
        *_of_python(program),
        *_of_excel(diagnosis, program),
        Check("settings", partial(_check_settings, settings, diagnosis.home)),
        *of_account,
        *_of_computer(diagnosis.home),
    ]


def _of_python(program: Program) -> Iterator[Check]:
    version = sys.version_info[:3]
    yield Check("python", partial(check_python, version, sys.executable))
    built_from = versions_in(program.add_in)
    wanted = built_from.xlwings if built_from else program.xlwings
    found = {name: _version(name) for name in NEEDED}
    yield Check("packages", partial(check_packages, program.version, found, wanted))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _of_excel(diagnosis: Diagnosis, program: Program) -> Iterator[Check]:
    try:
        computer = this_computer(diagnosis.environ, diagnosis.platform)
    except XlsxAddinError as error:
        yield from _skipping(_OF_EXCEL, error.message)
        return
    yield from excel_checks(computer, program, _places(computer, diagnosis.home), _finder(computer))


def excel_checks(
    computer: Computer, program: Program, places: Places, find: Callable[[], Excel | None]
) -> list[Check]:
    """Make the checks of Excel and of the add-in in it.

    Args:
        computer: whose Excel it is.
        program: what is installed.
        places: where the files of the installation should be.
        find: finds Excel.
    """
    looks = (
        partial(check_office, find),
        partial(check_add_in, computer, program, places),
        partial(check_interpreter, computer, places),
        partial(check_library, computer, program, find),
        partial(check_script, program, places),
        partial(_check_rules, computer),
    )
    return [Check(name, look) for name, look in zip(_OF_EXCEL, looks, strict=True)]


def _check_rules(computer: Computer) -> Finding:
    if computer.system is not System.WINDOWS:
        return skipped("Such rules are known on Windows only.")
    return check_rules(read_registry)


def _places(computer: Computer, home: Path) -> Places:
    try:
        record = read_record(home / RECORD_FILE)
    except (RecordDamaged, OSError):
        record = Record()
    return places_of(computer, record)


def _finder(computer: Computer) -> Callable[[], Excel | None]:
    if computer.system is System.WINDOWS:
        return cache(partial(excel_on_windows, read_registry))
    return excel_on_mac


def _check_settings(settings: Settings | XlsxAddinError, home: Path) -> Finding:
    if not isinstance(settings, Settings):
        raise settings
    file = home / SETTINGS_FILE
    where = f"{file}" if file.exists() else f"the defaults (there is no {file})"
    whose = "the built-in sandbox" if settings.sandbox else settings.endpoint
    return ok(f"Region {settings.region.name}, {whose}; from {where}.")


def _of_account(diagnosis: Diagnosis, settings: Settings) -> Iterator[Check]:
    trial = Trial(partial(_try_sign_in, settings, diagnosis.environ))
    yield Check("keychain", partial(_check_keychain, settings))
    # The keychain may ask for a password.
    yield Check(CREDENTIALS, partial(_check_credentials, settings), patience_s=_SIGN_IN_S)
    yield Check("secret", partial(_check_secret, settings))
    if diagnosis.offline:
        yield from _skipping(_OF_NETWORK, "The network is left alone (--offline).")
    else:
        contact = Contact(partial(_reach, settings), time.time)
        yield Check("network", contact.check_network)
        yield Check("clock", contact.check_clock)
        for step in (SIGN_IN, INVOICES_STEP):
            look = partial(_check_step, contact, trial, step)
            yield Check(step, look, patience_s=_SIGN_IN_S)
    yield Check("permits", partial(_check_permits, settings))
    yield Check("store", partial(_check_store, settings))


def _try_sign_in(settings: Settings, environ: Mapping[str, str]) -> list[Tried]:
    # The pace of the sandbox is its own; else it would be tried as any other account.
    connect = partial(_connected, shares=not settings.sandbox)
    return check_sign_in(replace(settings, sandbox=False), Tools(environ, connect=connect))


def _connected(
    settings: Settings, *, shares_pace: bool, attempts: int | None, shares: bool
) -> AbstractContextManager[AmazonClient]:
    return connected(settings, shares_pace=shares_pace and shares, attempts=attempts)


def _check_step(contact: Contact, trial: Trial, step: str) -> Finding:
    return trial.check(step) if contact.was_reached else skipped("Amazon was not reached.")


def _check_keychain(settings: Settings) -> Finding:
    backend = system_keychain()
    return check_keychain(getattr(backend, "name", "") if backend else "", settings.secret_in)


def _check_secret(settings: Settings) -> Finding:
    today = datetime.now().astimezone().date()
    return check_secret(settings.secret_since, today, renewing(profile_option(settings.profile)))


def _check_credentials(settings: Settings) -> Finding:
    if settings.sandbox and not settings.client_id:
        return ok("The built-in sandbox has its own.")
    settings.credentials()
    return ok("Client id, secret and refresh token are known.")


def _reach(settings: Settings) -> Sequence[Reached]:
    cancel = threading.Event()
    with closing(RequestsTransport(_HASTY)) as transport:
        return [reach(url, transport, cancel) for url in (settings.endpoint, settings.token_url)]


def _check_permits(settings: Settings) -> Finding:
    if settings.sandbox:
        return skipped("The sandbox has a pace of its own each time.")
    try:
        credentials = settings.credentials()
    except SettingError:
        return skipped("Nobody is signed in whose requests could be counted.")
    rate_per_s = settings.numbers.get("rate_per_s", INVOICES.rate_per_s)
    burst = usable_burst(rate_per_s, settings.numbers.get("burst", INVOICES.burst))
    key = permit_key(credentials, settings.endpoint, INVOICES.name)
    file = settings.home / PERMITS_FILE

    left = permits_left(file, key, burst=burst, now_s=time.time())
    return check_permits(left, burst, rate_per_s)


def _check_store(settings: Settings) -> Finding:
    path = store_path(settings.store) if settings.store else default_store_path(settings.home)
    return check_store(path, partial(look_at, path))


def _of_computer(home: Path) -> Iterator[Check]:
    may_write = partial(os.access, mode=os.W_OK)
    yield Check("folder", partial(check_home, home, may_write))
    folders = (home, Path(tempfile.gettempdir()))
    yield Check("disk", partial(check_room, folders, free_bytes))
    yield Check("locks", partial(check_locks, home / "locks", _is_held, time.time()))


def _is_held(path: Path) -> bool:
    """Tell whether a process holds a lock, and leave its file as old as it was."""
    status = path.stat()
    try:
        with filelock.FileLock(path, timeout=0):
            return False
    except filelock.Timeout:
        return True
    finally:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _skipping(names: Sequence[str], why: str) -> list[Check]:
    return [Check(name, partial(skipped, why)) for name in names]
