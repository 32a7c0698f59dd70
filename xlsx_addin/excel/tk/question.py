"""A question in a small window: a heading, a hint, something to fill in, OK and Cancel."""

import gc
import tkinter as tk
from collections.abc import Callable
from contextlib import suppress
from tkinter import font, ttk
from typing import Final, Generic, TypeVar

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

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """Asks until it gets an answer that makes sense, or none.

    Args:
        title: of the window.
        heading: the question.
        hint: what follows from the answer.

    Attributes:
        root: the window, hidden until `run`.
        body: where the widgets to fill in go.
        width: of the content, in pixels.
        gap: between two widgets, in pixels.

    Raises:
        TclError: there is no screen.
    """

    def __init__(self, title: str, heading: str, hint: str) -> None:
        self._answer: Answer | None = None
        self._read: Callable[[], Answer | str] | None = None
        self.root = open_root(title)
        self.width, self.gap = fitting(self.root, _WIDTH), px(self.root, GAP)
        pane = ttk.Frame(self.root, padding=px(self.root, PADDING))
        pane.pack(fill="both", expand=True)
        pane.columnconfigure(0, weight=1, minsize=self.width)
        bold = font.nametofont(HEADING, self.root)
        ttk.Label(pane, text=heading, font=bold).grid(sticky="w")
        said = ttk.Label(pane, text=hint, wraplength=self.width)
        said.grid(sticky="w", pady=(self.gap // 2, self.gap))
        self.body = ttk.Frame(pane)
        self.body.grid(sticky="we")
        self._wrong = ttk.Label(pane, wraplength=self.width, style="Wrong.TLabel")
        self._wrong.grid(sticky="w", pady=(self.gap // 2, self.gap))
        self._add_buttons(pane)

    def run(self, entry: ttk.Entry, read: Callable[[], Answer | str]) -> Answer | None:
        """Show the window until it is answered; None if the person changed their mind.

        A window whose display is gone was not answered either.

        Args:
            entry: what has the keyboard first.
            read: reads the answer, or says in a sentence what is wrong with it.
        """
        self._read, self._first = read, entry
        try:
            with suppress(tk.TclError):
                show_centred(self.root)
                self._select()
                self.root.mainloop()
        finally:
            close_root(self.root)
            del self.root, self.body, self._wrong, self._read, self._first
            gc.collect()  # as for the progress window
        return self._answer

    def _add_buttons(self, pane: ttk.Frame) -> None:
        buttons = ttk.Frame(pane)
        buttons.grid(sticky="e")
        ok = ttk.Button(buttons, text="OK", command=self._accept, default="active")
        cancel = ttk.Button(buttons, text="Cancel", command=self.root.quit)
        for column, button in enumerate((ok, cancel)):
            button.grid(row=0, column=column, padx=(self.gap if column else 0, 0))
            press_with_return(button)
        for key in ("<Return>", "<KP_Enter>"):
            self.root.bind(key, self._accept)
        self.root.bind("<Escape>", lambda _event: self.root.quit())
        self.root.protocol("WM_DELETE_WINDOW", self.root.quit)

    def _accept(self, _event: tk.Event | None = None) -> None:
        answer = self._read() if self._read else None
        if isinstance(answer, str):
            self._wrong.configure(text=answer)
            self._select()
            return
        self._answer = answer
        self.root.quit()

    def _select(self) -> None:
        self._first.focus_set()
        self._first.selection_range(0, "end")
