"""What an installation put where, so that it can be taken away again and nothing else."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

RECORD_FILE: Final = "installation.json"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class ConfRecord:
    """What was done to the file of settings that the macros read.

    Args:
        path: the file.
        before: its content before; None if there was no file.
        after: its digest afterwards.
        entries: what was written, by name; None for what was taken out.
    """

    path: Path
    before: bytes | None
    after: str
    entries: Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Record:
    """An installation.

    Args:
        files: the digests of what was put there, the newest last, by path; while an
            installation is under way there may be two.
        conf: the file of settings; None if nothing had to be done to it.
        folders: those that were made, the outer before the inner.
    """

    files: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)
    conf: ConfRecord | None = None
    folders: tuple[Path, ...] = ()


class RecordDamaged(Exception):
    """The record cannot be read."""


def digest(content: bytes) -> str:
    """Tell contents apart.

    Args:
        content: of a file.
    """
    return hashlib.sha256(content).hexdigest()


def read_record(path: Path) -> Record:
    """Read the record of an installation; an empty one if there is none.

    Args:
        path: the file.

    Raises:
        RecordDamaged: it cannot be made sense of.
        OSError: it cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Record()
    try:
        return _record(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordDamaged from error


def written_record(record: Record) -> bytes:
    """Give the content of the file for a record.

    Args:
        record: the installation.
    """
    conf = record.conf
    value = {
        "format": _FORMAT,
        "files": {str(path): list(digests) for path, digests in record.files.items()},
        "conf": conf
        and {
            "path": str(conf.path),
            "before": _text(conf.before),
            "after": conf.after,
            "entries": {name: _text(entry) for name, entry in conf.entries.items()},
        },
        "folders": [str(folder) for folder in record.folders],
    }
    return json.dumps(value, indent=2).encode()


def _record(value: Any) -> Record:  # noqa: ANN401  # whatever the file holds
    if value["format"] != _FORMAT:
        raise ValueError("the record of another version")
    conf = value["conf"]
    return Record(
        {Path(path): tuple(map(str, digests)) for path, digests in value["files"].items()},
        conf
        and ConfRecord(
            Path(conf["path"]),
            _bytes(conf["before"]),
            str(conf["after"]),
            {name: _bytes(entry) for name, entry in conf["entries"].items()},
        ),
        tuple(Path(folder) for folder in value["folders"]),
    )


# Bytes one to one as letters, whatever code page they are meant in.
def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("latin-1")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")
