"""One LibreOffice of our own: its process, its profile, its pipe."""

import os
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

from tests.hosts.libreoffice import bridge, processes
from tests.hosts.libreoffice.profile import write_profile

PIPE_VARIABLE: Final = "OFFICE_PIPE"
"""Tells programs that a macro starts on which pipe their office listens."""

_SET_UP_START_AGAIN: Final = 81
_LET_GO: Final = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
_OPTIONS: Final = (
    "--nologo",
    "--nodefault",
    "--norestore",
    "--nofirststartwizard",
    "--nolockcheck",
)


class OfficeFailedError(Exception):
    """LibreOffice did not start or does not answer."""


def pipe_address(pipe: str) -> str:
    """Give the address under which an office listens."""
    return f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"


def connect(pipe: str) -> Any | None:
    """Reach the office that listens on a pipe; None if there is none yet."""
    local = bridge.bridge().getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    try:
        return resolver.resolve(pipe_address(pipe))
    except bridge.exception("connection.NoConnectException"):
        return None


class Office:
    """A LibreOffice that runs as long as it is needed and ends with the tests.

    Args:
        display: The screen on which it shows its windows; without one it has none.
        plugin: What draws the windows: `gen` is plain and reliable, `gtk3` is handsome.
        macros: Macros of workbooks run without a question.
        files: What it opens at the start.
        environment: More environment variables, for macros that start programs.
    """

    def __init__(
        self,
        *,
        display: str | None = None,
        plugin: str = "gen",
        macros: bool = False,
        files: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.pipe = f"office{uuid.uuid4().hex}"
        self.visible = display is not None
        self._macros = macros
        self._files = files
        self._environment = {
            **{name: text for name, text in os.environ.items() if name not in _LET_GO},
            **({"DISPLAY": display, "NO_AT_BRIDGE": "1"} if display else {}),
            "SAL_USE_VCLPLUGIN": plugin if display else "svp",
            PIPE_VARIABLE: self.pipe,
            **(environment or {}),
        }
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._context: Any = None

    @property
    def context(self) -> Any:
        """Where all services of the office come from."""
        return self._context

    @property
    def desktop(self) -> Any:
        """The office's list of open documents."""
        return self.service("com.sun.star.frame.Desktop")

    @property
    def pid(self) -> int:
        """The process ID of the office."""
        return self._process.pid if self._process else -1

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def service(self, name: str) -> Any:
        """Make a service of the office."""
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def start(self, *, deadline_s: float = 60) -> Self:
        """Start the office with a fresh profile and wait until it answers.

        Raises:
            OfficeFailedError: It ended, or did not answer in time.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True)
        write_profile(self._profile, macros=self._macros)
        self._launch()
        end = time.monotonic() + deadline_s
        while (context := connect(self.pipe)) is None:
            self._look_after_start()
            if time.monotonic() > end:
                self.stop(patience_s=0)
                raise OfficeFailedError(f"LibreOffice did not answer within {deadline_s:g} s")
            time.sleep(0.05)
        self._context = context
        return self

    @property
    def _profile(self) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / "profile"

    def _launch(self) -> None:
        command: list[str | Path] = [
            bridge.program(),
            f"-env:UserInstallation={self._profile.as_uri()}",
            *(() if self.visible else ("--headless",)),
            *_OPTIONS,
            f"--accept=pipe,name={self.pipe};urp;StarOffice.ComponentContext",
            *self._files,
        ]
        log = self._profile / "office.log"
        self._process = processes.start(command, environment=self._environment, log=log)

    def _look_after_start(self) -> None:
        assert self._process is not None
        code = self._process.poll()
        if code == _SET_UP_START_AGAIN:
            self._launch()
        elif code is not None:
            log = (self._profile / "office.log").read_text(errors="replace")
            self.stop()
            raise OfficeFailedError(f"LibreOffice ended with {code}: {log[-500:]}")

    @contextmanager
    def life(self, seconds: float) -> Iterator[None]:
        """Kill the office after a time: a call that hangs in it would hang for ever."""
        timer = threading.Timer(seconds, self.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def kill(self) -> None:
        """Kill the office at once; calls that wait for it fail."""
        if self.is_running:
            assert self._process is not None
            processes.kill(self._process)

    def stop(self, *, patience_s: float = 10) -> None:
        """End the office, by force if it does not want to, and remove its profile."""
        if self.is_running:
            assert self._process is not None
            # It says good-bye by breaking the connection.
            with suppress(Exception), self.life(patience_s or 0.01):
                if self._context is not None:
                    self.desktop.terminate()
                    self._process.wait(patience_s)
            self.kill()
        self._context = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
