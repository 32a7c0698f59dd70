"""Reads `docs/troubleshooting.md`: groups of messages, each with advice."""

import re
from dataclasses import dataclass, field
from typing import Final

_GROUP: Final = re.compile(r"^### (.+)$")
_ENTRY: Final = re.compile(r"^- (?P<ticks>`+) ?(?P<text>.+?) ?(?P=ticks)(?: \((?P<codes>.+)\))?$")


@dataclass(slots=True)
class Group:
    """Messages that have one advice."""

    title: str
    messages: dict[str, frozenset[str]] = field(default_factory=dict)
    advice: str = ""


def groups_of(page: str) -> list[Group]:
    """List the groups of the page; every message has the codes that stand behind it."""
    groups: list[Group] = []
    for line in page.splitlines():
        heading, entry = _GROUP.match(line), _ENTRY.match(line)
        if heading:
            groups.append(Group(heading[1]))
        elif line.startswith("## "):
            groups.append(Group(""))
        elif entry and groups:
            codes = re.findall(r"`([^`]+)`", entry["codes"] or "")
            groups[-1].messages[entry["text"]] = frozenset(codes)
        elif groups:
            groups[-1].advice += line
    return [one for one in groups if one.title]


def entries_of(page: str) -> list[str]:
    """List the messages of the page, one that stands twice twice."""
    found = map(_ENTRY.match, page.splitlines())
    return [entry["text"] for entry in found if entry]


def entry_of(template: str, codes: frozenset[str]) -> str:
    """Write the line that stands for a message on the page."""
    ticks = "``" if "`" in template else "`"
    edge = " " if "`" in (template[0], template[-1]) else ""
    behind = f" ({', '.join(f'`{code}`' for code in sorted(codes))})" if codes else ""
    return f"- {ticks}{edge}{template}{edge}{ticks}{behind}"
