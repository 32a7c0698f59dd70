"""Where links lead: targets as files and Excel want them."""

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final
from urllib.parse import unquote

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_WINDOWS: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def as_uri(target: str) -> str:
    """Write the target of a link as a URI reference (RFC 3986, 4.1).

    Args:
        target: as in `contract.Link`.
    """
    if _WINDOWS.match(target):
        return PureWindowsPath(target).as_uri()
    if target.startswith("/"):
        return PurePosixPath(target).as_uri()
    return target


def as_typed(target: str) -> str:
    """Write the target of a link as Excel takes it: paths plain, addresses of pages as they are.

    Args:
        target: as in `contract.Link`.
    """
    is_address = _SCHEME.match(target) or _WINDOWS.match(target) or target.startswith("/")
    return target if is_address else unquote(target)
