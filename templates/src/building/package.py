"""Office packages as members by name, and the one way to write them: every time the same bytes."""

import io
import zipfile
from typing import Final

Members = dict[str, bytes]

CONTENT_TYPES: Final = "[Content_Types].xml"
_FIRST: Final = (CONTENT_TYPES, "_rels/.rels")
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every member, the earliest that a zip can tell."""


def read_members(content: bytes) -> Members:
    """Read all members of a package.

    Args:
        content: the package.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def package_of(members: Members) -> bytes:
    """Write a package: content types first, the rest by name.

    Members are stored, not deflated: what a deflater makes of them depends on its version, and
    the files have to come out the same on every machine.

    Args:
        members: its members.
    """
    file = io.BytesIO()
    rest = sorted(name for name in members if name not in _FIRST)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        for name in (*_FIRST, *rest):
            info = zipfile.ZipInfo(name, _MOMENT)
            info.create_system = 0
            info.external_attr = 0
            package.writestr(info, members[name])
    return file.getvalue()


def replaced(text: str, old: str, new: str, times: int = 1) -> str:
    """Replace a text that has to be there.

    Args:
        text: where.
        old: what goes.
        new: what comes.
        times: how often the old text occurs.

    Raises:
        ValueError: it occurs more or less often.
    """
    if (found := text.count(old)) != times:
        raise ValueError(f"{old!r} occurs {found} times, not {times}")
    return text.replace(old, new)


def edit(members: Members, name: str, old: str, new: str) -> None:
    """Replace a text in a member, where it has to occur once.

    Args:
        members: the package; changed.
        name: the member.
        old: what goes.
        new: what comes.

    Raises:
        ValueError: it occurs more or less often.
    """
    members[name] = replaced(members[name].decode(), old, new).encode()
