"""The settings file: read and checked as a whole, changed without touching what stands beside.

`settings.toml`, one table a profile, and a table of workbooks that have a profile of their own::

    [profiles.default]
    region = "eu"

    [workbooks]
    "*/Japan/*.xlsx" = "japan"
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import filelock

from xlsx_addin.errors import LocalError, SettingError
from xlsx_addin.private_files import write_private
from xlsx_addin.settings_table import SETTINGS, Value

SETTINGS_FILE: Final = "settings.toml"
DEFAULT_PROFILE: Final = "default"

_PROFILES: Final = "profiles"
_WORKBOOKS: Final = "workbooks"
_SECRET_KEYS: Final = ("client_secret", "refresh_token", "access_token")
_SECRET_VALUES: Final = re.compile(r"Atz[ar]\||amzn1\.oa2-cs\.", re.IGNORECASE)
_FORM: Final = 'Write entries below a line [profiles.default], such as region = "eu".'
_WAIT_S: Final = 10.0
_HEADER: Final = """\
# Settings of xlsx_addin, one table a profile. Entries that begin with # are not set: what they
# show is the default. Secrets do not belong in here: sign in with `xlsx-addin login`.
"""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What stands in the file, checked.

    Args:
        path: where it is.
        profiles: the entries of each profile.
        workbooks: the profile of workbooks, by patterns of their path; the first one counts.
    """

    path: Path
    profiles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    workbooks: Mapping[str, str] = field(default_factory=dict)

    def profile(self, name: str, *, may_be_new: bool = False) -> Mapping[str, Any]:
        """Give the entries of a profile.

        Args:
            name: the profile.
            may_be_new: whether it may be missing; the default one always may.

        Raises:
            SettingError: there is no such profile, or an entry of it is wrong.
        """
        if name not in self.profiles and name != DEFAULT_PROFILE and not may_be_new:
            near = get_close_matches(name, self.profiles, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise SettingError(
                f"There is no profile {name!r} in {self.path}.",
                next_step=f"{hint}Known profiles: {', '.join(self.profiles) or 'none'}. Check the"
                f" name, or make the profile: xlsx-addin login --profile {name}.",
                code="no-such-profile",
            )
        entries = self.profiles.get(name, {})
        for key, value in entries.items():
            check_entry(key, value, f"profile {name!r} of {self.path}")
        return entries

    def profile_of(self, workbook: Path) -> str | None:
        """Tell which profile a workbook has by the table of workbooks, None if it has none there.

        Args:
            workbook: its path. Patterns see it absolute, with slashes and without capitals, so
                that one pattern serves all systems.
        """
        path = workbook.expanduser().absolute().as_posix().casefold()
        for pattern, profile in self.workbooks.items():
            wanted = pattern.replace("\\", "/").casefold()
            if fnmatchcase(path, wanted) or fnmatchcase(path, f"*/{wanted}"):
                return profile
        return None


def read_settings(path: Path) -> SettingsFile:
    """Read the file; one that is missing has no profiles.

    Args:
        path: where it is.

    Raises:
        SettingError: it cannot be read, or something of it is not where it belongs.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return SettingsFile(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return _checked(text, path)


def change_profile(path: Path, profile: str, changes: Mapping[str, Value | None]) -> None:
    """Change entries of a profile; comments, order and all else stay as they are.

    Args:
        path: the file; it is made if it is missing.
        profile: whose entries; it is added if it is missing.
        changes: new values by key, None to take an entry out.

    Raises:
        SettingError: the file cannot be read, or a value makes no sense; nothing is changed.
        LocalError: it cannot be written, or another program changes it all the time.
    """
    # Imported when something is changed: runs only read.
    import tomlkit  # noqa: PLC0415  # see above
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415  # likewise

    for key, value in changes.items():
        if value is not None:
            check_entry(key, value, f"profile {profile!r}")
    with _alone(path):
        text = _text_of(path)
        _checked(text.removeprefix("\ufeff"), path)
        try:
            document = tomlkit.parse(text.removeprefix("\ufeff"))
            profiles = document.setdefault(_PROFILES, tomlkit.table(is_super_table=True))
            entries = profiles.setdefault(profile, tomlkit.table())
            for key, value in changes.items():
                if value is None:
                    entries.pop(key, None)
                else:
                    entries[key] = value
            changed = _with_line_ends_of(text, document.as_string())
        except TOMLKitError as error:
            raise _unreadable(path, error) from error
        _checked(changed, path)
        if changed != text.removeprefix("\ufeff"):
            write_private(path, "\ufeff" * text.startswith("\ufeff") + changed)


def first_settings(path: Path) -> None:
    """Write a settings file that tells all settings, unless there is one.

    Args:
        path: where it goes.

    Raises:
        LocalError: it cannot be written.
    """
    with _alone(path):
        if not path.exists():
            write_private(path, _first_text())


def check_entry(key: str, value: object, where: str) -> None:
    """Refuse an entry that does not exist, or a value that makes no sense.

    Args:
        key: its name.
        value: its value, which is never shown: it may be a secret.
        where: names the place.

    Raises:
        SettingError: it is wrong.
    """
    if looks_secret(key, value):
        raise _secret(key, where)
    if key not in SETTINGS:
        near = get_close_matches(key, SETTINGS, n=3)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise _unknown(
            f"There is no setting {key}; it is in {where}.",
            f"{hint}There are: {', '.join(SETTINGS)}.",
        )
    SETTINGS[key].check(value, where)


def profile_option(profile: str) -> str:
    """Spell the option that chooses a profile, with a blank before it; empty for the default one.

    Args:
        profile: its name.
    """
    return "" if profile == DEFAULT_PROFILE else f" --profile {profile}"


def looks_secret(key: str, value: object) -> bool:
    """Tell whether an entry holds a secret, by its name or by its look.

    Args:
        key: its name.
        value: its value.
    """
    return _is_secret(key) or (isinstance(value, str) and bool(_SECRET_VALUES.search(value)))


def _checked(text: str, path: Path) -> SettingsFile:
    """Check the outer form. Values are never shown: they may be secrets."""
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        raise _unreadable(path, error) from error
    for key in _keys(content):
        if _is_secret(key):
            raise _secret(key, str(path))
    profiles = content.get(_PROFILES, {})
    if not isinstance(profiles, dict):
        raise _unknown(f"In {path}, profiles is not a table.", _FORM)
    for key in content:
        if key not in (_PROFILES, _WORKBOOKS):
            raise _unknown(f"In {path}, {key} stands outside of a profile.", _FORM)
    for name, entries in profiles.items():
        if not isinstance(entries, dict):
            raise _unknown(f"In {path}, {name} in [profiles] is not a profile.", _FORM)
    workbooks = content.get(_WORKBOOKS, {})
    if not isinstance(workbooks, dict) or not all(
        isinstance(one, str) for one in workbooks.values()
    ):
        raise _unknown(
            f"In {path}, [workbooks] does not name a profile for each pattern.",
            'Write lines such as "*/Japan/*.xlsx" = "japan" below [workbooks].',
        )
    return SettingsFile(path, profiles, workbooks)


def _first_text() -> str:
    lines = [_HEADER, "# Workbooks that have a profile of their own, by patterns of their path:"]
    lines += ["# [workbooks]", '# "*/Japan/*.xlsx" = "japan"', "", f"[profiles.{DEFAULT_PROFILE}]"]
    for one in SETTINGS.values():
        if one.by_login or one.kind == "day":
            continue
        default = one.default.partition(";")[0]
        shown = default if one.is_number else f'"{default if " " not in default else ""}"'
        lines += ["", f"# {one.meaning[:1].upper()}{one.meaning[1:]}: {one.values}."]
        lines += [f"# {one.key} = {shown}"]
    return "\n".join(lines) + "\n"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes of the user from changing the file at the same moment."""
    folder = path.parent / "locks"
    lock = filelock.FileLock(folder / "settings.lock", timeout=_WAIT_S)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except (OSError, filelock.Timeout) as error:
        raise LocalError(
            f"{path} cannot be changed now: {type(error).__name__}.",
            next_step="Check that its folder may be written, and try again.",
            code="cannot-write",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")  # its line ends as they are
    except FileNotFoundError:
        return _first_text()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _with_line_ends_of(old: str, text: str) -> str:
    """End the lines of a text as those of an old one; the last one too."""
    lines = text.rstrip("\r\n").replace("\r\n", "\n") + "\n"
    return lines.replace("\n", "\r\n") if "\r\n" in old else lines


def _is_secret(key: str) -> bool:
    return key.lower().replace("-", "_").endswith(_SECRET_KEYS)


def _keys(content: object) -> Iterator[str]:
    """List all keys, of tables within tables and lists too."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from _keys(value)
    elif isinstance(content, list):
        for one in content:
            yield from _keys(one)


def _secret(key: str, where: str) -> SettingError:
    return SettingError(
        f"The settings {where} hold a secret, {key}.",
        next_step="Secrets belong in the keychain or the environment: sign in with xlsx-addin"
        " login, and take it out of the file.",
        code="secret-in-settings",
    )


def _unreadable(path: Path, error: Exception) -> SettingError:
    return SettingError(
        f"The settings {path} cannot be read: {error}.",
        next_step="Correct the file, or move it away to begin with the defaults.",
        code="settings-unreadable",
    )


def _unknown(message: str, next_step: str) -> SettingError:
    return SettingError(message, next_step=next_step, code="unknown-setting")
