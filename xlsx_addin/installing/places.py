"""Where Excel looks for what an installation puts there.

Sources: xlwings' macros in `templates/` (`GetConfigFilePath`, `ExecuteMac`), and Microsoft's page
"Startup Path" of the Excel reference (`Application.StartupPath`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

ADD_IN_FILE: Final = "xlsx_addin.xlam"
CONF_FILE: Final = "xlsx_addin.conf"

_MAC_GROUP: Final = "Library/Group Containers/UBF8T346G9.Office"
_MAC_STARTUP: Final = "User Content.localized/Startup.localized/Excel"
_MAC_CONTAINER: Final = "Library/Containers/com.microsoft.Excel"
_MAC_SCRIPTS: Final = "Library/Application Scripts/com.microsoft.Excel"


class System(StrEnum):
    """The systems that there is an Excel for with macros."""

    WINDOWS = "windows"
    MAC = "mac"


@dataclass(frozen=True, slots=True)
class Places:
    """The files of an installation.

    Args:
        add_in: the add-in, in a folder whose files Excel opens when it starts.
        conf: the user's file that the macros read, which names the Python to start.
        scripts: the folder of the scripts that Excel on a Mac may run; None on Windows.
        containers: folders that macOS makes when Excel is started for the first time; one that
            somebody else made could keep it from starting.
    """

    add_in: Path
    conf: Path
    scripts: Path | None = None
    containers: tuple[Path, ...] = ()


def places_on(
    system: System, user_home: Path, environ: Mapping[str, str], startup: Path | None = None
) -> Places:
    """Tell where the files of an installation go.

    Args:
        system: the user's.
        user_home: the user's own folder.
        environ: the environment variables; on Windows APPDATA may move Excel's folder.
        startup: another folder for the add-in; None for the one that every Excel has, whose
            files it trusts.
    """
    if system is System.WINDOWS:
        roaming = environ.get("APPDATA") or str(user_home / "AppData" / "Roaming")
        usual = Path(roaming) / "Microsoft" / "Excel" / "XLSTART"
        conf = user_home / f".{CONF_FILE.removesuffix('.conf')}" / CONF_FILE
        return Places((startup or usual) / ADD_IN_FILE, conf)
    container, group = user_home / _MAC_CONTAINER, user_home / _MAC_GROUP
    return Places(
        (startup or group / _MAC_STARTUP) / ADD_IN_FILE,
        container / "Data" / CONF_FILE,
        user_home / _MAC_SCRIPTS,
        (container,) if startup else (container, group),
    )
