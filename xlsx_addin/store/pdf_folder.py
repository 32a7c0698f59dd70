"""The folder that PDFs are saved in: whole files or none, and nothing outside of it."""

import errno
import hashlib
import os
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Final

from xlsx_addin.core.file_names import candidates
from xlsx_addin.errors import LocalError

_PART: Final = ".xlsx-addin-part"
"""The ending of files that are not whole yet; a killed run leaves one at most."""

_LEFT_BEHIND_S: Final = 3600

_KEPT: Final = "What was fetched before is kept: run the same command again to go on."


class PdfFolder:
    """Saves PDFs in a folder, under names that no other file has.

    Args:
        path: the folder; it is made if it is missing.

    Raises:
        LocalError: it cannot be made or written; from every method: a file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path) as probe:
                self._clean_up(now=os.fstat(probe.fileno()).st_mtime)
        except OSError as error:
            raise _failed(self.path, error) from error

    def _clean_up(self, now: float) -> None:
        """Remove parts of files that a killed run left; young ones may be of a run at work."""
        for part in self.path.glob(f"*{_PART}"):
            with suppress(FileNotFoundError):
                if now - part.stat().st_mtime > _LEFT_BEHIND_S:
                    part.unlink()

    def choose(self, name: str, sha256: str) -> Path:
        """Choose where a file goes: where it is already, or the first name that is free.

        Args:
            name: of the document, without an ending.
            sha256: of the file.
        """
        for candidate in candidates(name):
            path = self.path / candidate
            if not os.path.lexists(path) or file_has(path, sha256):
                return path
        raise AssertionError("there is no end of names")

    def write(self, path: Path, content: bytes) -> None:
        """Put a whole file in place at once.

        Args:
            path: as `choose` gave it.
            content: of the file.
        """
        if path.parent != self.path:
            raise ValueError(f"{path} is not in {self.path}")
        try:
            # Not by `tempfile`, whose files nobody but their owner may read.
            part = self.path / f".{uuid.uuid4().hex}{_PART}"
            try:
                with part.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(path)
            except BaseException:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise _failed(self.path, error) from error


def file_has(path: Path, sha256: str) -> bool:
    """Say whether a file is there and has this content."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _failed(folder: Path, error: OSError) -> LocalError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LocalError(
            f"The disk with {folder} is full.",
            next_step=f"Free some space. {_KEPT}",
            code="disk-full",
        )
    return LocalError(
        f"The folder {folder} cannot be written: {error.strerror or error}.",
        next_step=f"Choose another folder, or ask for the right to write there. {_KEPT}",
        code="folder-not-writable",
    )
