r"""The user's file of settings that xlwings' macros read: `"NAME","value"`, one a line.

The macros read it with VBA's `Input #`, two values at a time, and take the first of a name: a
blank line or one without a comma would shift everything after it. So our lines come first. What
other lines hold is never looked at beyond their names, and kept byte for byte.
"""

import re
from collections.abc import Mapping

_LINE = re.compile(rb'[ \t]*"?(?P<name>[^",\r\n]*)"?[ \t]*,[ \t]*"?(?P<value>[^"\r\n]*)"?[ \t]*')


def with_entries(content: bytes, entries: Mapping[str, bytes | None], ending: bytes) -> bytes:
    """Set and remove entries.

    Args:
        content: the file, empty if there is none.
        entries: values by name in capitals; None for a name that must not be there.
        ending: of our lines.
    """
    others = [line for line in content.splitlines(keepends=True) if _name(line) not in entries]
    ours = [
        b'"%s","%s"%s' % (name.encode("ascii"), value, ending)
        for name, value in entries.items()
        if value is not None
    ]
    return b"".join([*ours, *others])


def without_entries(
    content: bytes, entries: Mapping[str, bytes | None], before: bytes, ending: bytes
) -> bytes:
    """Put back what entries of ours replaced, where nobody changed them since.

    Args:
        content: the file as it is.
        entries: what we wrote, by name; None for what we took out.
        before: the file as it was.
        ending: of our lines.
    """
    now, old = entries_in(content), entries_in(before)
    return with_entries(
        content, {name: old.get(name) for name in entries if now.get(name) == entries[name]}, ending
    )


def entries_in(content: bytes) -> dict[str, bytes]:
    """Read the entries, the first of each name, by name in capitals.

    Args:
        content: the file.
    """
    found: dict[str, bytes] = {}
    for line in content.splitlines():
        match = _LINE.fullmatch(line)
        if match:
            found.setdefault(_decoded(match["name"]), match["value"])
    return found


def _name(line: bytes) -> str:
    match = _LINE.fullmatch(line.rstrip(b"\r\n"))
    return _decoded(match["name"]) if match else ""


def _decoded(name: bytes) -> str:
    return name.decode("latin-1").strip().upper()
