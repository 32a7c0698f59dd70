"""The versions that an add-in file carries, so that an installed one can be told from another.

The build writes them as custom properties of the document (ECMA-376, part 1, 22.3).
"""

import io
import re
import zipfile
from typing import Final, NamedTuple

PACKAGE_PROPERTY: Final = "xlsx_addin version"
XLWINGS_PROPERTY: Final = "xlwings version"

_PART: Final = "docProps/custom.xml"
_LONGEST_PART: Final = 64 * 1024


class AddInVersions(NamedTuple):
    """What an add-in was built from.

    Args:
        package: the version of this program.
        xlwings: the version of xlwings, whose library and script its macros look for.
    """

    package: str
    xlwings: str


def versions_in(content: bytes) -> AddInVersions | None:
    """Read the versions of an add-in; None if the file is not one of ours.

    Args:
        content: the file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if package.getinfo(_PART).file_size > _LONGEST_PART:
                return None
            text = package.read(_PART).decode("utf-8")
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError):
        return None
    ours, theirs = _property(text, PACKAGE_PROPERTY), _property(text, XLWINGS_PROPERTY)
    return AddInVersions(ours, theirs) if ours and theirs else None


def _property(text: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]*>\s*<vt:lpwstr>([^<]*)</vt:lpwstr>', text)
    return found[1] if found else ""
