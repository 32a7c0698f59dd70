"""What support needs to help a user, in one archive: no secret, no ID, no invoice in it."""

import json
import locale
import os
import platform
import re
import sys
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO, Final

from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.history import run_as_json
from xlsx_addin.logs import kept_logs
from xlsx_addin.settings_file import SETTINGS_FILE
from xlsx_addin.settings_table import SETTINGS
from xlsx_addin.store.address import default_store_path, store_path
from xlsx_addin.store.contract import RunRecord
from xlsx_addin.store.looking import permit_levels, recorded_runs, statistics
from xlsx_addin.store.permits import PERMITS_FILE
from xlsx_addin.store.runs import KEPT
from xlsx_addin.version import program_version

_RUNS: Final = 50
_LIBRARY: Final = re.compile(r"[\w.-]+")
_VARIABLES: Final = ("AMAZON_BUSINESS_", "XLSX_ADDIN_", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_")

README: Final = """\
What is in this archive of xlsx_addin, for whoever helps you

  versions.json  this program, Python, the libraries, the system; which environment variables
                 are set, not their values
  settings.txt   the settings, with the client id shortened; what is not known is left out
  runs.json      the last 50 runs: when, which workbook (its name), which sheet, how many rows
                 and requests, the result; not who
  store.json     how much is stored, not what
  permits.json   how many requests may be sent now; accounts are named by a hash
  logs/          the support log of 14 days
  doctor.txt     what `xlsx-addin doctor` says, if it could be asked

What is not: no secret, token or password; no order, line item or shipment ID; no invoice number
and no other cell of a workbook; no name of a person, no e-mail address, no folder of a workbook.
Names of workbooks and sheets are in it. Have a look before you send it.
"""

Mask = Callable[[str], str]
"""Masks in a text what must not be seen."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where what support needs comes from.

    Args:
        home: the program's folder.
        environ: the environment.
        mask: masks what must not be seen; everything goes through it.
        doctor: tells how this computer is set up, None if nobody can.
    """

    home: Path
    environ: Mapping[str, str]
    mask: Mask
    doctor: Callable[[], str] | None = None


def write_archive(file: BinaryIO, sources: Sources) -> list[str]:
    """Write the archive (.zip) for support.

    Args:
        file: where it goes.
        sources: where its content comes from.

    Returns:
        The names of the files in it.

    Raises:
        OSError: it cannot be written; what cannot be read is said in the archive itself.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _masked(sources):
            # Names of files may hold anything; a log is written with the same care.
            archive.writestr(name, text.encode("utf-8", "backslashreplace"))
        return archive.namelist()


def _masked(sources: Sources) -> Iterator[tuple[str, str]]:
    folders = _folders(sources)
    for name, text in _parts(sources):
        yield name, _without_folders(sources.mask(text), folders)


def _parts(sources: Sources) -> Iterator[tuple[str, str]]:
    """Give the parts of the archive by name; what one of them lacks does not keep others out."""
    yield "README.txt", README
    yield "versions.json", _told(lambda: _as_json(_versions(sources.environ)))
    yield "settings.txt", _told(lambda: _settings(sources.home / SETTINGS_FILE))
    yield "runs.json", _told(lambda: _as_json(_runs(_store(sources))))
    yield "store.json", _told(lambda: _as_json(statistics(_store(sources))))
    yield "permits.json", _told(lambda: _as_json(permit_levels(sources.home / PERMITS_FILE)))
    for path in kept_logs(sources.home):
        yield f"logs/{path.name}", _told(partial(_text_of, path))
    if sources.doctor is not None:
        yield "doctor.txt", _told(sources.doctor)


def _told(tell: Callable[[], str]) -> str:
    try:
        return tell()
    except XlsxAddinError as error:
        return f"This could not be read: {error.message}\n"
    except Exception as error:  # noqa: BLE001  # the rest helps all the same
        return f"This could not be read: {type(error).__name__}: {error}\n"


def _as_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _store(sources: Sources) -> Path:
    address = sources.environ.get("XLSX_ADDIN_STORE", "").strip()
    return store_path(address) if address else default_store_path(sources.home)


def _versions(environ: Mapping[str, str]) -> dict[str, Any]:
    return {
        "xlsx_addin": program_version(),
        "python": sys.version,
        "system": platform.platform(),
        "machine": platform.machine(),
        "encoding": [sys.getfilesystemencoding(), locale.getpreferredencoding(do_setlocale=False)],
        "utc_offset_s": time.localtime().tm_gmtoff,
        "libraries": _libraries(),
        "variables_set": sorted(name for name in environ if name.startswith(_VARIABLES)),
    }


def _libraries() -> dict[str, str]:
    try:
        required = metadata.requires("xlsx-addin") or []
    except metadata.PackageNotFoundError:
        return {}
    names = [_LIBRARY.match(one) for one in required if "extra ==" not in one]
    return {name[0]: _version_of(name[0]) for name in names if name}


def _version_of(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "not installed"


def _settings(path: Path) -> str:
    """Give the settings that are known to be harmless; comments and all else may be secrets."""
    if not path.exists():
        return "There is no settings file: the defaults count.\n"
    content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    profiles = content.get("profiles", {})
    lines = [f"{key} (left out)" for key in content if key != "profiles"]
    for name, entries in profiles.items() if isinstance(profiles, dict) else ():
        lines.append(f"[profiles.{name}]")
        lines += [_entry(key, value) for key, value in _items(entries)]
    return "\n".join([*lines, ""])


def _items(entries: object) -> Iterable[tuple[str, object]]:
    return entries.items() if isinstance(entries, dict) else ()


def _entry(key: str, value: object) -> str:
    is_shown = isinstance(value, (int, float)) or key in SETTINGS
    return f"{key} = {value}" if is_shown else f"{key} (left out)"


def _runs(path: Path) -> list[dict[str, Any]]:
    return [run_as_json(run, names_only=True) for run in recorded_runs(path, _RUNS)]


def _folders(sources: Sources) -> list[str]:
    """List the folders that must not be told, the longest first: those of workbooks, and home."""
    runs: list[RunRecord] = []
    with suppress(XlsxAddinError):
        runs = recorded_runs(_store(sources), KEPT)
    paths = {path for run in runs for path in (run.path, run.book.partition("\n")[0])}
    folders = {str(Path(path).parent) for path in paths} | {str(Path.home())}
    return sorted((one for one in folders if len(one) > 1), key=len, reverse=True)


def _without_folders(text: str, folders: Iterable[str]) -> str:
    for folder in folders:
        for spelt in {folder, json.dumps(folder)[1:-1], repr(folder)[1:-1]}:
            text = text.replace(f"{spelt}{os.sep}", f"…{os.sep}")
            if Path(folder).is_absolute():  # the name of another may be any word
                text = text.replace(spelt, "…")
    return text
