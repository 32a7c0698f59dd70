"""Starts programs that end with the tests, also if the tests are killed."""

import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def start(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    log: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program that the system kills when this process ends.

    Args:
        command: The program and its arguments.
        environment: All its environment variables.
        log: What it prints is appended here; without it, nothing is kept.
        pass_fds: Files that stay open in it.
    """
    options: dict[str, Any] = {
        "env": dict(environment),
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.STDOUT,
        "pass_fds": tuple(pass_fds),
    }
    words = [*_with_us(), *map(str, command)]
    if log is None:
        return subprocess.Popen(words, stdout=subprocess.DEVNULL, **options)  # noqa: S603  # ours
    with log.open("ab") as lines:
        return subprocess.Popen(words, stdout=lines, **options)  # noqa: S603  # ours


def _with_us() -> list[str]:
    """Words before a command: it becomes the program, with the same process ID."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def end(process: subprocess.Popen[bytes], *, patience_s: float = 5) -> None:
    """Ask a program to end, and kill it if it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        wait_or_kill(process, patience_s=patience_s)


def wait_or_kill(process: subprocess.Popen[bytes], *, patience_s: float) -> None:
    """Wait until a program has ended, and kill it if it takes too long."""
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a program at once."""
    process.kill()
    process.wait(5)
