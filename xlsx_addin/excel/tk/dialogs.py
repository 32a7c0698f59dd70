"""The question how many days back a refresh looks."""

import gc
from tkinter import font, ttk
from typing import Final

from xlsx_addin.excel.days import MOST_DAYS, read_days
from xlsx_addin.excel.tk.look import (
    GAP,
    HEADING,
    PADDING,
    close_root,
    fitting,
    open_root,
    press_with_return,
    px,
    show_centred,
)

_WIDTH: Final = 360
_WRONG: Final = f"Enter a whole number of days from 1 to {MOST_DAYS:,}."


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
        width, gap = fitting(self.root, _WIDTH), px(self.root, GAP)
        pane = ttk.Frame(self.root, padding=px(self.root, PADDING))
        pane.pack(fill="both", expand=True)
        pane.columnconfigure(0, weight=1, minsize=width)
        bold = font.nametofont(HEADING, self.root)
        ttk.Label(pane, text="How many days back?", font=bold).grid(sticky="w")
        hint = "Rows whose invoice is younger are asked again, for credit memos and changes."
        ttk.Label(pane, text=hint, wraplength=width).grid(sticky="w", pady=(gap // 2, gap))
        self.entry = ttk.Spinbox(pane, from_=1, to=MOST_DAYS, width=8)
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
