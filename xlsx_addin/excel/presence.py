"""One run of the add-in a workbook: the first one works, a second one calls it to the front."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock


class Presence:
    """Tells the processes that work on one workbook of each other.

    Args:
        home: the folder of the program's own files.
        key: names the workbook.
    """

    def __init__(self, home: Path, key: str) -> None:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        self._lock = home / "locks" / f"{name}.window"
        self._wish = self._lock.with_suffix(".front")
        # One thread holds it, another may let go of it.
        self._held = filelock.FileLock(self._lock, thread_local=False)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Be the one that works on the workbook until `done`, or the end of a `with` block.

        Yields:
            Whether it is; if not, another process is and was asked to come to the front.
        """
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._held.acquire(timeout=0)
        except filelock.Timeout:
            self._wish.touch()
            yield False
            return
        try:
            self._wish.unlink(missing_ok=True)
            yield True
        finally:
            self.done()

    def done(self) -> None:
        """Let another process work on the workbook, though this one may still show its window."""
        self._held.release(force=True)

    def wants_front(self) -> bool:
        """Say, once, whether another process wishes that this one comes to the front."""
        if not self._held.is_locked:
            # Perhaps it is meant for the process that works on the workbook now.
            return False
        with suppress(OSError):
            self._wish.unlink()
            return True
        return False
