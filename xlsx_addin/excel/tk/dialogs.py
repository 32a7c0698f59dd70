"""Small dialogs: how many days back, and a message."""

import gc
from tkinter import font, messagebox, ttk
from typing import Final, Literal

from xlsx_addin.excel.tk.look import (
    GAP,
    HEADING,
    PADDING,
    close_root,
    open_root,
    press_with_return,
    px,
    shorten,
    show_centred,
)

_WIDTH: Final = 360
_MOST_DAYS: Final = 36_500  # a hundred years
_LONGEST_MESSAGE: Final = 1_500
_MOST_LINES: Final = 25
_WRONG: Final = f"Enter a whole number of days from 1 to {_MOST_DAYS:,}."


class DaysDialog:
    """Asks how many days back a refresh looks.

    Args:
        title: of the window.
        initial: the number that is offered.

    Raises:
        TclError: there is no screen.
    """

    def __init__(self, title: str, initial: int) -> None:
        self.days: int | None = None
        self.root = open_root(title)
        width, gap = px(self.root, _WIDTH), px(self.root, GAP)
        pane = ttk.Frame(self.root, padding=px(self.root, PADDING))
        pane.pack(fill="both", expand=True)
        pane.columnconfigure(0, weight=1, minsize=width)
        bold = font.nametofont(HEADING, self.root)
        ttk.Label(pane, text="How many days back?", font=bold).grid(sticky="w")
        hint = "Rows whose invoice is younger are asked again, for credit memos and changes."
        ttk.Label(pane, text=hint, wraplength=width).grid(sticky="w", pady=(gap // 2, gap))
        self.entry = ttk.Spinbox(pane, from_=1, to=_MOST_DAYS, width=8)
        self.entry.set(str(initial))
        self.entry.grid(sticky="w")
        self.wrong = ttk.Label(pane, wraplength=width, style="Wrong.TLabel")
        self.wrong.grid(sticky="w", pady=(gap // 2, gap))
        self._add_buttons(pane, gap)

    def _add_buttons(self, pane: ttk.Frame, gap: int) -> None:
        buttons = ttk.Frame(pane)
        buttons.grid(sticky="e")
        ok = ttk.Button(buttons, text="OK", command=self._accept, default="active")
        cancel = ttk.Button(buttons, text="Cancel", command=self.root.quit)
        for column, button in enumerate((ok, cancel)):
            button.grid(row=0, column=column, padx=(gap if column else 0, 0))
            press_with_return(button)
        for key in ("<Return>", "<KP_Enter>"):
            self.root.bind(key, self._accept)
        self.root.bind("<Escape>", lambda _event: self.root.quit())
        self.root.protocol("WM_DELETE_WINDOW", self.root.quit)

    def run(self) -> int | None:
        """Show the dialog until it is answered; None if the person changed their mind."""
        try:
            show_centred(self.root)
            self.entry.focus_set()
            self.entry.selection_range(0, "end")
            self.root.mainloop()
        finally:
            close_root(self.root)
            del self.root, self.entry, self.wrong
            gc.collect()  # as for the progress window
        return self.days

    def _accept(self, _event: object = None) -> None:
        days = read_days(self.entry.get())
        if days is None:
            self.wrong.configure(text=_WRONG)
            self.entry.focus_set()
            self.entry.selection_range(0, "end")
            return
        self.days = days
        self.root.quit()


def read_days(text: str) -> int | None:
    """Read a number of days, None if it is none.

    Args:
        text: as typed.
    """
    text = text.strip()
    if not text.isdecimal():
        return None
    days = int(text[:9])
    return days if 1 <= days <= _MOST_DAYS else None


def show_box(title: str, text: str, kind: Literal["info", "warning", "error"]) -> None:
    """Show the system's message box until it is read.

    Args:
        title: of the window.
        text: what it says.
        kind: which sign stands beside it.

    Raises:
        TclError: there is no screen.
    """
    root = open_root(title)
    try:
        root.attributes("-topmost", True)
        messagebox.Message(
            root, title=shorten(title, 80), message=_cut(text), icon=kind, type="ok"
        ).show()
    finally:
        close_root(root)
        del root
        gc.collect()


def _cut(text: str) -> str:
    """Cut a text to what fits on a screen."""
    lines = text.splitlines()
    short = "\n".join(lines[:_MOST_LINES])[:_LONGEST_MESSAGE]
    return short if short == "\n".join(lines) else f"{short}…"
