"""How our windows look: sharp on dense screens, native where Tk can be, never wider than asked."""

import ctypes
import logging
import sys
import tkinter as tk
from collections.abc import Callable
from contextlib import suppress
from tkinter import font, ttk
from types import TracebackType
from typing import Final

_log = logging.getLogger(__name__)

PADDING: Final = 16
GAP: Final = 8
HEADING: Final = "HeadingFont"
STRONG: Final = "StrongFont"
_TITLE_BAR: Final = 48  # and the edge of the screen that the system keeps
_MIDDLE: Final = "…"
_BACKGROUND: Final = "#f5f5f5"
_BORDER: Final = "#b9b9b9"
_BAR: Final = "#217346"
_RED: Final = "#a80000"
_GREY: Final = "#595959"


def open_root(title: str, scaling: float | None = None) -> tk.Tk:
    """Open a window that is still hidden.

    Args:
        title: of the window.
        scaling: pixels a point, None to take what the screen says.

    Raises:
        TclError: there is no display, or Tk is not installed completely.
    """
    _take_all_pixels()
    root = tk.Tk(className="xlsx_addin")
    root.withdraw()
    root.resizable(width=False, height=False)
    root.report_callback_exception = _log_error
    root.title(shorten(title, 80))
    if scaling is not None:
        root.tk.call("tk", "scaling", scaling)
    _set_up_fonts(root)
    _set_up_theme(root)
    return root


def _log_error(
    _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    _log.error("a window's callback failed", exc_info=error)


def close_root(root: tk.Tk) -> None:
    """Close a window, also one whose display is gone.

    Args:
        root: the window.
    """
    with suppress(tk.TclError):
        root.destroy()


def _take_all_pixels() -> None:
    """Tell Windows that we scale ourselves; else it blows up a blurred picture of the window."""
    windll = getattr(ctypes, "windll", None)
    if windll is None:
        return
    # Older than Windows 8.1, or the process has chosen already: as sharp as it gets.
    with suppress(AttributeError, OSError):
        windll.shcore.SetProcessDpiAwareness(1)


def _set_up_fonts(root: tk.Tk) -> None:
    plain = font.nametofont("TkDefaultFont", root).actual()
    for name, growth in ((HEADING, 1.2), (STRONG, 1.0)):
        # By name, so that it lives as long as the window and not as long as a Python object.
        size = round(int(plain["size"]) * growth)
        style = ("-family", plain["family"], "-size", size, "-weight", "bold")
        root.tk.call("font", "create", name, *style)


def _set_up_theme(root: tk.Tk) -> None:
    style = ttk.Style(root)
    if sys.platform not in ("win32", "darwin"):  # where Tk draws with the system's own widgets
        _make_clam_look_plain(root, style)
    style.configure("Wrong.TLabel", foreground=_RED)
    style.configure("Good.TLabel", foreground=_BAR)
    style.configure("Hint.TLabel", foreground=_GREY)


def _make_clam_look_plain(root: tk.Tk, style: ttk.Style) -> None:
    style.theme_use("clam")
    root.configure(background=_BACKGROUND)
    style.configure(".", background=_BACKGROUND, bordercolor=_BORDER, lightcolor=_BACKGROUND)
    style.configure("TButton", background="#ffffff", padding=(px(root, 10), px(root, 4)))
    style.map(
        "TButton",
        background=[("disabled", _BACKGROUND), ("pressed", "#dddddd"), ("active", "#ececec")],
        bordercolor=[("focus", _BAR)],
    )
    style.map("TCheckbutton", background=[("active", _BACKGROUND)])
    style.configure("TSpinbox", arrowsize=px(root, 12), padding=px(root, 4))
    for field in ("TEntry", "TCombobox"):
        style.configure(field, padding=px(root, 4), fieldbackground="#ffffff")
        style.map(field, bordercolor=[("focus", _BAR)])
    style.map("TCombobox", fieldbackground=[("readonly", "#ffffff")])
    style.configure("TCombobox", arrowsize=px(root, 12))
    style.configure("TCheckbutton", indicatorsize=px(root, 12))
    style.configure("TScrollbar", arrowsize=px(root, 14))
    style.configure(
        "Horizontal.TProgressbar",
        background=_BAR,
        troughcolor="#e3e3e3",
        bordercolor="#e3e3e3",
        lightcolor=_BAR,
        darkcolor=_BAR,
        arrowsize=px(root, 12),  # this theme's name for how thick it is
    )


def px(widget: tk.Misc, length: int) -> int:
    """Scale a length that was chosen on a screen of 96 dots an inch.

    Args:
        widget: of the screen.
        length: in pixels there.
    """
    return round(length * widget.winfo_fpixels("1i") / 96)


def fitting(widget: tk.Misc, width: int) -> int:
    """Scale the width of a window's content, less where the screen is narrow.

    Args:
        widget: of the screen.
        width: in pixels of a screen of 96 dots an inch.
    """
    return min(px(widget, width), widget.winfo_screenwidth() - 4 * px(widget, PADDING))


def shorten(text: str, longest: int, measure: Callable[[str], int] = len) -> str:
    """Leave out the middle of a text that is too long: the ends tell file names apart.

    Args:
        text: what is shown.
        longest: how long it may be.
        measure: gives the length of a text.
    """
    text = " ".join(text.split())
    if measure(text) <= longest:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        kept = (fits + too_long) // 2
        if measure(_without_middle(text, kept)) <= longest:
            fits = kept
        else:
            too_long = kept
    return _without_middle(text, fits)


def _without_middle(text: str, kept: int) -> str:
    end = kept // 2
    return f"{text[: kept - end]}{_MIDDLE}{text[len(text) - end :]}"


def show_centred(root: tk.Tk) -> None:
    """Show a window in the middle of the screen, in front, with the keyboard.

    Args:
        root: a hidden window.
    """
    root.update_idletasks()
    width, height = root.winfo_reqwidth(), root.winfo_reqheight()
    x = max(0, (root.winfo_screenwidth() - width) // 2)
    y = max(0, (root.winfo_screenheight() - height) // 3)
    root.geometry(f"+{x}+{y}")
    root.deiconify()
    to_front(root)


def to_front(root: tk.Tk) -> None:
    """Bring a window before all others, without keeping it there.

    Args:
        root: the window.
    """
    root.deiconify()
    root.lift()
    # Windows lets no process take the front by lifting alone.
    root.attributes("-topmost", True)
    root.after(300, lambda: root.attributes("-topmost", False))
    root.focus_force()


def keep_on_screen(root: tk.Tk) -> None:
    """Move a window that has grown so that all of it is seen.

    Args:
        root: the window.
    """
    root.update_idletasks()
    right = root.winfo_screenwidth() - root.winfo_reqwidth()
    bottom = root.winfo_screenheight() - root.winfo_reqheight() - px(root, _TITLE_BAR)
    x = max(0, min(root.winfo_x(), right))
    y = max(0, min(root.winfo_y(), bottom))
    root.geometry(f"+{x}+{y}")


def press_with_return(button: ttk.Button) -> None:
    """Let Enter press a button that has the focus, as in every other dialog.

    Args:
        button: the button.
    """

    def press(_event: object) -> str:
        button.invoke()
        return "break"  # the window has a use of its own for Enter

    for key in ("<Return>", "<KP_Enter>"):
        button.bind(key, press)
