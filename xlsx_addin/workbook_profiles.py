"""Which profile a workbook uses: the chosen one, else that of the table of workbooks.

The table is in the settings file and not in the workbook, so that nothing in a workbook changes,
closed and open ones are treated alike, and a copy that is passed on names nobody's account.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from xlsx_addin.settings import home_folder
from xlsx_addin.settings_file import SETTINGS_FILE, read_settings


def profile_for(
    environ: Mapping[str, str], workbook: Path, chosen: str | None = None
) -> str | None:
    """Tell which profile a workbook uses, None for the default one.

    Args:
        environ: the environment, which tells where the settings file is.
        workbook: its path.
        chosen: the profile that the user named, which wins.

    Raises:
        SettingError: the settings file cannot be used.
    """
    return next(iter(by_profile(environ, [workbook], chosen)))


def by_profile(
    environ: Mapping[str, str], workbooks: Iterable[Path], chosen: str | None = None
) -> dict[str | None, list[Path]]:
    """Part workbooks by the profile that they use, in the order of their first ones.

    Args:
        environ: the environment, which tells where the settings file is.
        workbooks: their paths.
        chosen: the profile that the user named, which wins.

    Raises:
        SettingError: the settings file cannot be used.
    """
    parted: dict[str | None, list[Path]] = {}
    file = None if chosen else read_settings(home_folder(environ) / SETTINGS_FILE)
    for workbook in workbooks:
        profile = file.profile_of(workbook) if file else chosen
        parted.setdefault(profile, []).append(workbook)
    return parted
