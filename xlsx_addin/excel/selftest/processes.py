"""The processes of the self-test: they are found by a mark in their environment."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

import psutil

_WORKER: Final = "xlsx_addin.excel.worker"
_PATIENCE_S: Final = 5.0


class Running(NamedTuple):
    """A process.

    Args:
        pid: its number.
        name: of its program.
        is_worker: whether it does the work of a button.
    """

    pid: int
    name: str
    is_worker: bool


class Processes:
    """All processes that have a variable with a certain value in their environment.

    No other process is ever looked for, or ended. This one is not among them.

    Args:
        variable: its name.
        value: its value, which nobody else has.
    """

    def __init__(self, variable: str, value: str) -> None:
        self._variable = variable
        self._value = value

    def running(self) -> list[Running]:
        """List those that run."""
        return [_described(process) for process in self._ours()]

    def workers(self) -> list[int]:
        """List the numbers of those that do the work of a button."""
        # Asked again and again, so only the few are looked at that can be workers.
        return [one.pid for one in map(_described, self._ours("python")) if one.is_worker]

    def end(self) -> None:
        """End them at once."""
        ours = list(self._ours())
        for process in ours:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(ours, timeout=_PATIENCE_S)

    def _ours(self, program: str = "") -> Iterator[psutil.Process]:
        for process in psutil.process_iter(["name"]):
            if not (process.info["name"] or "").lower().startswith(program):
                continue
            # Of most processes of other users nobody may know the environment.
            with suppress(psutil.Error, OSError):
                if (
                    process.pid != os.getpid()
                    and process.environ().get(self._variable) == self._value
                    and process.status() != psutil.STATUS_ZOMBIE
                ):
                    yield process


def _described(process: psutil.Process) -> Running:
    words: list[str] = []
    with suppress(psutil.Error, OSError):
        words = process.cmdline()
    return Running(process.pid, _name(process), _WORKER in words)


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.Error:
        return f"process {process.pid}"


def named(program: str) -> set[int]:
    """List the numbers of the processes of a program, whoever started them.

    Args:
        program: its name, such as EXCEL.EXE.
    """
    return {
        process.pid
        for process in psutil.process_iter(["name"])
        if (process.info["name"] or "").lower() == program.lower()
    }
