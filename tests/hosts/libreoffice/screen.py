"""A screen that nobody sees, for windows, pictures and clicks."""

import os
import subprocess
import time
from pathlib import Path
from typing import Final, Self

from tests.hosts.libreoffice import processes
from tests.hosts.libreoffice.bridge import tool

TOOLS: Final = ("Xvfb", "openbox", "xdotool", "import")
_PATIENCE_S: Final = 20


class Screen:
    """An X server without a monitor, with a window manager.

    Args:
        size: Width and height in pixels.
    """

    def __init__(self, size: str = "1400x900") -> None:
        self._size = size
        self._processes: list[subprocess.Popen[bytes]] = []
        self.display = ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that shows its windows here."""
        return {**os.environ, "DISPLAY": self.display}

    def __enter__(self) -> Self:
        openbox = tool("openbox")
        reading, writing = os.pipe()
        screen = ["-screen", "0", f"{self._size}x24", "-nolisten", "tcp", "-dpi", "96"]
        # Without the last word it begins anew, and throws everybody out, when its only program
        # ends: one that asks for the window manager may be the only one for a moment.
        command = [tool("Xvfb"), "-displayfd", str(writing), *screen, "-noreset"]
        try:
            server = processes.start(command, environment=os.environ, pass_fds=(writing,))
        finally:
            os.close(writing)
        self._processes.append(server)
        # The server chooses a number that is free, and ends the line when it is ready.
        with os.fdopen(reading) as answer:
            self.display = f":{answer.readline().strip()}"
        if self.display == ":":
            self.__exit__()
            raise RuntimeError(f"Xvfb ended with {server.returncode}")
        manager = processes.start([openbox], environment=self.environment)
        self._processes.append(manager)
        self._wait_for_manager()
        return self

    def _wait_for_manager(self) -> None:
        """Wait until windows get a frame: one that is shown before is never maximised."""
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            command = [tool("xdotool"), "get_desktop"]
            asked = subprocess.run(  # noqa: S603  # ours
                command, env=self.environment, check=False, capture_output=True, timeout=10
            )
            if asked.returncode == 0:
                return
            time.sleep(0.05)
        self.__exit__()
        raise RuntimeError("openbox does not start")

    def __exit__(self, *_: object) -> None:
        while self._processes:
            processes.end(self._processes.pop())

    def screenshot(self, path: Path) -> Path:
        """Save what the screen shows as a picture."""
        self._run("import", "-window", "root", str(path))
        return path

    def click(self, x: int, y: int) -> None:
        """Click at a place of the screen."""
        self._run("xdotool", "mousemove", "--sync", str(x), str(y))
        self._run("xdotool", "click", "1")

    def key(self, name: str) -> None:
        """Press a key, such as `Return`."""
        self._run("xdotool", "key", name)

    def _run(self, name: str, *words: str) -> None:
        command = [tool(name), *words]
        subprocess.run(command, env=self.environment, check=True, timeout=30)  # noqa: S603  # ours
