"""A message box of our own: it can be copied, scrolls, and takes the keyboard on every system."""

import gc
import tkinter as tk
from typing import Final

from xlsx_addin.excel.summary import Summary
from xlsx_addin.excel.tk.look import (
    PADDING,
    STRONG,
    close_root,
    keep_on_screen,
    open_root,
    px,
    show_centred,
)
from xlsx_addin.excel.tk.summary_pane import SummaryPane
from xlsx_addin.excel.window import Kind

_SIGNS: Final = {
    "info": ("i", "#0b5cad"),
    "warning": ("!", "#9a6700"),
    "error": ("×", "#a80000"),  # noqa: RUF001  # a cross
}
_SIZE: Final = 26


def show_box(title: str, text: str, kind: Kind) -> None:
    """Show a message until it is read.

    Args:
        title: of the window, and above the text.
        text: what it says.
        kind: which sign stands beside it.

    Raises:
        TclError: there is no screen.
    """
    root = open_root(title)
    try:
        _fill(root, title, text, kind)
        root.mainloop()
    finally:
        close_root(root)
    del root
    gc.collect()  # as for the progress window


def _fill(root: tk.Tk, title: str, text: str, kind: Kind) -> None:
    _sign(root, kind).pack(side="left", anchor="n", padx=(px(root, PADDING), 0))
    summary = Summary(title, details=tuple(text.splitlines()))
    pane = SummaryPane(root, "", summary, root.quit)
    pane.pack(side="left", fill="both", expand=True)
    root.bind("<Escape>", lambda _event: root.quit())
    root.protocol("WM_DELETE_WINDOW", root.quit)
    show_centred(root)
    # How high the words are is known only where they are seen.
    pane.take_keys(root)
    keep_on_screen(root)


def _sign(root: tk.Tk, kind: Kind) -> tk.Canvas:
    letter, colour = _SIGNS[kind]
    size, top = px(root, _SIZE), px(root, PADDING)
    background = root.cget("background")
    canvas = tk.Canvas(
        root, width=size, height=size + top, highlightthickness=0, background=background
    )
    # A square: Tk draws circles with ragged edges.
    canvas.create_rectangle(0, top, size, top + size, fill=colour, outline="")
    canvas.create_text(size // 2, top + size // 2, text=letter, fill="#ffffff", font=STRONG)
    return canvas
