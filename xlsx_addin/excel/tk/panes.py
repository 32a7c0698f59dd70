"""A job under way: the face of the progress window that a person watches."""

import tkinter as tk
from collections.abc import Callable, Mapping
from tkinter import font, ttk
from typing import Final

from xlsx_addin.core.outcomes import Status
from xlsx_addin.excel.progress_state import ProgressView
from xlsx_addin.excel.tk.look import GAP, HEADING, PADDING, fitting, press_with_return, px, shorten

_WIDTH: Final = 460
_LONGEST_SENTENCE: Final = 120
_COLUMNS: Final = 2
_LEAST_ROWS: Final = 2


class ProgressPane(ttk.Frame):
    """What is done now, a bar, counts, time left, Cancel.

    Args:
        root: its window.
        name: of the workbook.
        cancel: called when the user wants to stop.
    """

    def __init__(self, root: tk.Misc, name: str, cancel: Callable[[], object]) -> None:
        super().__init__(root, padding=px(root, PADDING))
        width, gap = fitting(root, _WIDTH), px(root, GAP)
        self.columnconfigure(0, weight=1, minsize=width)
        heading = font.nametofont(HEADING, root)
        title = ttk.Label(self, text=shorten(name, width, heading.measure), font=heading)
        title.grid(sticky="w")
        self.sentence = ttk.Label(self, wraplength=width)
        self.sentence.grid(sticky="we", pady=(gap // 2, gap))
        self.bar = ttk.Progressbar(self, maximum=1.0, length=width)
        self.bar.grid(sticky="we")
        numbers = ttk.Frame(self)
        numbers.grid(sticky="we", pady=(gap // 2, gap))
        numbers.columnconfigure(0, weight=1)
        self.done, self.time_left = ttk.Label(numbers), ttk.Label(numbers)
        self.done.grid(row=0, column=0, sticky="w")
        self.time_left.grid(row=0, column=1, sticky="e")
        self.counts = _Counts(self)
        self.counts.grid(sticky="we", pady=(gap // 2, gap))
        self.cancel = ttk.Button(self, text="Cancel", command=cancel)
        self.cancel.grid(sticky="e", pady=(gap, 0))
        press_with_return(self.cancel)
        self._moving = False

    def show(self, view: ProgressView) -> None:
        """Show how far the job is.

        Args:
            view: how far it is.
        """
        _set(self.sentence, shorten(view.sentence, _LONGEST_SENTENCE))
        _set(self.done, f"{view.done:,} of {view.total:,} {view.what}" if view.total else "")
        _set(self.time_left, view.time_left)
        self.counts.show(view.statuses)
        self._show_fraction(view.fraction)

    def stop(self) -> None:
        """Show that the job is asked to stop."""
        self.cancel.configure(text="Stopping…")
        self.cancel.state(["disabled"])

    def finish(self, sentence: str) -> None:
        """Show that all is done and well.

        Args:
            sentence: what the job came to.
        """
        _set(self.sentence, sentence)
        _set(self.time_left, "")
        self._show_fraction(1.0)
        self.cancel.configure(text="Close")
        self.cancel.state(["!disabled"])

    def _show_fraction(self, fraction: float | None) -> None:
        if fraction is None and not self._moving:
            self._moving = True
            self.bar.configure(mode="indeterminate")
            self.bar.start()
        elif fraction is not None:
            if self._moving:
                self._moving = False
                self.bar.stop()
                self.bar.configure(mode="determinate")
            self.bar.configure(value=fraction)


def _set(label: ttk.Label, text: str) -> None:
    # Drawing what is there already would flicker.
    if label.cget("text") != text:
        label.configure(text=text)


class _Counts(ttk.Frame):
    """Status words with their counts, in two columns."""

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent)
        self._shown: dict[Status, int] = {}
        self._labels: dict[Status, tuple[ttk.Label, ttk.Label]] = {}
        line = font.nametofont("TkDefaultFont", parent).metrics("linespace")
        for column in range(_COLUMNS):
            self.columnconfigure(3 * column, minsize=px(self, 110))
            self.columnconfigure(3 * column + 1, minsize=px(self, 60))
            self.columnconfigure(3 * column + 2, weight=1)
        for row in range(_LEAST_ROWS):
            self.rowconfigure(row, minsize=line)

    def show(self, statuses: Mapping[Status, int]) -> None:
        """Show these counts.

        Args:
            statuses: per word, in the order in which they are shown.
        """
        if self._shown == statuses:
            return
        if list(self._shown) != list(statuses):
            self._place(statuses)
        self._shown = dict(statuses)
        for status, count in statuses.items():
            _set(self._labels[status][1], f"{count:,}")

    def _place(self, statuses: Mapping[Status, int]) -> None:
        rows = max(_LEAST_ROWS, -(-len(statuses) // _COLUMNS))
        for index, status in enumerate(statuses):
            if status not in self._labels:
                self._labels[status] = ttk.Label(self, text=status.value), ttk.Label(self)
            column, row = divmod(index, rows)
            word, count = self._labels[status]
            word.grid(row=row, column=3 * column, sticky="w")
            count.grid(row=row, column=3 * column + 1, sticky="e")
