"""Builds what users open in Excel: `python templates/src/build.py [--check]`.

Needs the extra `build`. The same sources give the same bytes on every machine; `--check` builds
beside the files that are there and fails if they differ.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from building.add_in import add_in
from building.package import Members, package_of, read_members
from building.workbooks import workbook, workbook_with_button

FOLDER: Final = Path(__file__).resolve().parents[1]
TEMPLATES: Final[dict[str, Callable[[], Members]]] = {
    "xlsx_addin.xlam": add_in,
    "Reconciliation.xlsm": workbook_with_button,
    "Reconciliation.xlsx": workbook,
}


def main() -> int:
    """Build all templates, or check that they are as they would be built."""
    parser = argparse.ArgumentParser(description="Build what users open in Excel.")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument("--to", type=Path, default=FOLDER, help="another folder")
    options = parser.parse_args()
    built = {options.to / name: package_of(make()) for name, make in TEMPLATES.items()}
    if options.check:
        found = [line for path, content in built.items() for line in differences(path, content)]
        print(*(found or ["The templates are what their sources give."]), sep="\n")
        return 1 if found else 0
    options.to.mkdir(parents=True, exist_ok=True)
    for path, content in built.items():
        path.write_bytes(content)
        print(f"{path}: {len(content):,} bytes")
    return 0


def differences(path: Path, content: bytes) -> list[str]:
    """Say what of a template is not as its sources give it; nothing if it is, byte for byte.

    Args:
        path: the template.
        content: what was built.
    """
    if not path.exists():
        return [f"{path.name} is missing: run python templates/src/build.py"]
    old_bytes = path.read_bytes()
    if old_bytes == content:
        return []
    old, new = read_members(old_bytes), read_members(content)
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    where = ", ".join(names) or "the package itself"
    return [
        f"{path.name} is not what its sources give ({where}): run python templates/src/build.py"
    ]


if __name__ == "__main__":
    sys.exit(main())
