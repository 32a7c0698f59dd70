"""Files that are named more than once."""

from collections.abc import Iterable
from pathlib import Path


def distinct(paths: Iterable[Path]) -> list[Path]:
    """Keep each file once, under the first of its names.

    Args:
        paths: any paths; one that cannot be followed, such as a link that leads to itself, is
            a file of its own.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        found.setdefault(_identity(path), path)
    return list(found.values())


def _identity(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path.absolute()
