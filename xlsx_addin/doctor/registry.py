"""Reading the Windows registry."""

import sys
from contextlib import suppress


def read_registry(key: str, name: str) -> str | None:
    """Read a value; None if it is not there.

    Args:
        key: beginning with its root, such as HKEY_LOCAL_MACHINE.
        name: of the value; empty for the key's own.
    """
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415  # there is one on Windows only

        root, _, path = key.partition("\\")
        # A Python of 32 bits would else see the other half of the registry.
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        with suppress(OSError), winreg.OpenKey(getattr(winreg, root), path, 0, access) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    return None
