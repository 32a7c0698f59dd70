"""Writes the settings of a LibreOffice before it starts for the first time."""

from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

_FRAME: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n{}\n</oor:items>\n'
)
_ITEM: Final = (
    '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse">'
    "<value>{}</value></prop></item>"
)
_SETTINGS: Final = (
    # A killed run would leave lock files, and the next one would ask about them.
    ("Office.Common/Misc", "UseLocking", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Misc", "ShowTipOfTheDay", "false"),
    ("Office.Common/Misc", "ShowDonation", "false"),
    ("Setup/Office", "ooSetupInstCompleted", "true"),
    ("Setup/Product", "ooSetupLastVersion", "7.4"),
    ("Setup/Product", "WhatsNew", "false"),
    ("Setup/L10N", "ooSetupSystemLocale", "en-US"),
    ("Setup/L10N", "ooLocale", "en-US"),
    ("Office.Recovery/AutoSave", "Enabled", "false"),
    ("Office.Recovery/RecoveryInfo", "Enabled", "false"),
    # Excel never believes a result that another program has written either.
    ("Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),
)
_WITH_MACROS: Final = (("Office.Common/Security/Scripting", "MacroSecurityLevel", "0"),)


def write_profile(folder: Path, *, macros: bool = False) -> None:
    """Write the settings of a new profile.

    Args:
        folder: Where the profile will be.
        macros: Macros of workbooks run without a question.
    """
    chosen = (*_SETTINGS, *(_WITH_MACROS if macros else ()))
    items = "\n".join(_ITEM.format(*map(escape, one)) for one in chosen)
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_FRAME.format(items), encoding="utf-8")
