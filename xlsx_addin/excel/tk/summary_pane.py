"""What a job came to: the face of the progress window that stays until it is read."""

import tkinter as tk
from collections.abc import Callable
from tkinter import font, ttk
from typing import Final

from xlsx_addin.excel.summary import Summary
from xlsx_addin.excel.tk.look import (
    GAP,
    HEADING,
    PADDING,
    STRONG,
    fitting,
    press_with_return,
    px,
    shorten,
)

_WIDTH: Final = 620
_MOST_OF_SCREEN: Final = 0.6


class SummaryPane(ttk.Frame):
    """A summary to read, scroll, copy and close.

    Args:
        root: its window.
        name: of the workbook, empty to leave it out.
        summary: what is shown.
        close: called when the person has read it.
    """

    def __init__(
        self, root: tk.Misc, name: str, summary: Summary, close: Callable[[], object]
    ) -> None:
        super().__init__(root, padding=px(root, PADDING))
        width, gap = fitting(root, _WIDTH), px(root, GAP)
        self._words = f"{name}\n{summary.text}".lstrip()
        self.columnconfigure(0, weight=1, minsize=width)
        self.rowconfigure(2, weight=1)
        plain, bold = font.nametofont("TkDefaultFont", root), font.nametofont(HEADING, root)
        if name:
            ttk.Label(self, text=shorten(name, width, plain.measure)).grid(row=0, sticky="w")
        self.headline = ttk.Label(self, text=summary.headline, font=bold, wraplength=width)
        self.headline.grid(row=1, sticky="w", pady=(gap // 2 if name else 0, gap))
        self.page = _Page(self, summary)
        self.page.grid(row=2, sticky="nsew")
        buttons = ttk.Frame(self)
        buttons.grid(row=3, sticky="e", pady=(2 * gap, 0))
        self.copy = ttk.Button(buttons, text="Copy", command=self._copy)
        self.close = ttk.Button(buttons, text="Close", command=close, default="active")
        for column, button in enumerate((self.copy, self.close)):
            button.grid(row=0, column=column, padx=(gap if column else 0, 0))
            press_with_return(button)

    def take_keys(self, window: tk.Tk) -> None:
        """Take the keyboard of the window: Enter closes, arrows and pages scroll.

        Args:
            window: that holds this pane.
        """
        self.page.fit(window)
        for key in ("<Return>", "<KP_Enter>"):
            window.bind(key, lambda _event: self.close.invoke())
        self.page.scroll_with_keys(window)
        self.close.focus_set()

    def _copy(self) -> None:
        self.clipboard_clear()
        self.clipboard_append(self._words)
        self.copy.configure(text="Copied")


class _Page(ttk.Frame):
    """The words of a summary, as high as they need and the screen allows."""

    def __init__(self, parent: tk.Misc, summary: Summary) -> None:
        super().__init__(parent)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.text = tk.Text(
            self,
            width=1,
            height=1,
            wrap="word",
            font="TkDefaultFont",
            borderwidth=0,
            highlightthickness=0,
            background=self._background(),
            cursor="arrow",
            takefocus=False,
        )
        self.bar = ttk.Scrollbar(self, orient="vertical", command=self.text.yview)
        self.text.configure(yscrollcommand=self.bar.set)
        self.text.grid(row=0, column=0, sticky="nsew")
        self._write(summary)

    def _background(self) -> str:
        theme = ttk.Style(self).lookup("TFrame", "background")
        return str(theme or self.winfo_toplevel().cget("background"))

    def _write(self, summary: Summary) -> None:
        count, sentence = px(self, 165), px(self, 185)
        self.text.configure(tabs=(count, "right", sentence, "left"))
        self.text.tag_configure("row", lmargin2=sentence, spacing1=px(self, 4))
        self.text.tag_configure("strong", font=STRONG)
        self.text.tag_configure("detail", spacing1=px(self, GAP))
        for row in summary.statuses:
            word = ("row", "strong") if row.needs_attention else ("row",)
            self.text.insert("end", row.status.value, word)
            self.text.insert("end", f"\t{row.rows:,}\t{row.what_to_do}\n", "row")
        for detail in summary.details:
            self.text.insert("end", f"{detail}\n", "detail")
        # Every text ends in a newline of Tk's own; ours would show as an empty line.
        self.text.delete("end-2c", "end-1c")
        self.text.configure(state="disabled")

    def fit(self, window: tk.Tk) -> None:
        """Make the page as high as its words are; too high for the screen, let it scroll.

        Args:
            window: that holds it, packed.
        """
        window.update_idletasks()
        line = font.nametofont("TkDefaultFont", self).metrics("linespace")
        # `Text.count` gives a number or a tuple, as the version of Python wants it.
        pixels = self.tk.call(str(self.text), "count", "-update", "-ypixels", "1.0", "end")
        needed = max(1, -(-int(pixels) // line))
        most = max(3, int(self.winfo_screenheight() * _MOST_OF_SCREEN) // line)
        self.text.configure(height=min(needed, most))
        if needed > most:
            self.bar.grid(row=0, column=1, sticky="ns")

    def scroll_with_keys(self, window: tk.Tk) -> None:
        """Let the keyboard scroll, wherever in the window it is.

        Args:
            window: that holds the page.
        """
        scroll, move = self.text.yview_scroll, self.text.yview_moveto
        window.bind("<Up>", lambda _event: scroll(-1, "units"))
        window.bind("<Down>", lambda _event: scroll(1, "units"))
        window.bind("<Prior>", lambda _event: scroll(-1, "pages"))
        window.bind("<Next>", lambda _event: scroll(1, "pages"))
        window.bind("<Home>", lambda _event: move(0.0))
        window.bind("<End>", lambda _event: move(1.0))
