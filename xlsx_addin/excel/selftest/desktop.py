"""The windows of processes on Windows: reading dialogs, closing windows of our own."""

import importlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, Protocol

# https://learn.microsoft.com/windows/win32/winmsg/wm-close
_WM_CLOSE: Final = 0x0010
_DIALOGS: Final = frozenset({"#32770", "bosa_sdm_XL9", "NUIDialog"})
"""Classes of windows: message boxes, Excel's own dialogs, those of newer versions."""

_OF_TK: Final = "TkTopLevel"


class Desktop(Protocol):
    """What the self-test has to know of windows."""

    def dialogs(self, pid: int) -> list[str]:
        """List the texts of the dialogs of a process."""
        ...

    def dismiss(self, pid: int) -> None:
        """Close the dialogs of a process."""
        ...

    def close(self, pids: Collection[int]) -> bool:
        """Close the windows of the add-in in some processes, and say whether there were any."""
        ...


class WindowsDesktop:
    """The desktop of Windows; fulfils `Desktop`."""

    def dialogs(self, pid: int) -> list[str]:
        """List the texts of the dialogs of a process."""
        gui = _gui()
        return [
            ": ".join(filter(None, [gui.GetWindowText(window), *_texts_in(window)]))
            for window in _windows({pid}, _DIALOGS)
        ]

    def dismiss(self, pid: int) -> None:
        """Close the dialogs of a process, as a click on their X does."""
        _post_close(_windows({pid}, _DIALOGS))

    def close(self, pids: Collection[int]) -> bool:
        """Close the windows of the add-in in some processes, as a click on their X does."""
        ours = list(_windows(pids, {_OF_TK}))
        _post_close(ours)
        return bool(ours)


def _post_close(windows: Iterable[int]) -> None:
    for window in windows:
        _gui().PostMessage(window, _WM_CLOSE, 0, 0)


def _windows(pids: Collection[int], classes: Collection[str]) -> Iterator[int]:
    """List the visible windows of processes that are of some classes."""
    gui, process = _gui(), importlib.import_module("win32process")
    found: list[int] = []
    gui.EnumWindows(lambda window, _: found.append(window), None)
    for window in found:
        pid = process.GetWindowThreadProcessId(window)[1]
        if pid in pids and gui.IsWindowVisible(window) and gui.GetClassName(window) in classes:
            yield window


def _texts_in(window: int) -> list[str]:
    found: list[str] = []
    gui = _gui()
    gui.EnumChildWindows(window, lambda child, _: found.append(gui.GetWindowText(child)), None)
    return found


def _gui() -> Any:  # noqa: ANN401  # a module that there is on Windows alone
    return importlib.import_module("win32gui")
