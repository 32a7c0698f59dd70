"""The questions that buttons ask before they begin."""

import tkinter as tk
from datetime import date
from pathlib import Path
from tkinter import filedialog, ttk
from typing import Final

from xlsx_addin.excel.days import MOST_DAYS, read_days
from xlsx_addin.excel.destinations import Destination
from xlsx_addin.excel.periods import Period, read_period
from xlsx_addin.excel.tk.look import press_with_return
from xlsx_addin.excel.tk.question import Question

_NO_DAYS: Final = f"Enter a whole number of days from 1 to {MOST_DAYS:,}."


def ask_days(title: str, initial: int) -> int | None:
    """Ask how many days back a refresh looks.

    Args:
        title: of the window.
        initial: the number that is offered.

    Raises:
        TclError: there is no screen.
    """
    question: Question[int] = Question(
        title,
        "How many days back?",
        "Rows whose invoice is younger are asked again, for credit memos and changes.",
    )
    entry = ttk.Spinbox(question.body, from_=1, to=MOST_DAYS, width=8)
    entry.set(str(initial))
    entry.grid(sticky="w")
    return question.run(entry, lambda: read_days(entry.get()) or _NO_DAYS)


def ask_period(title: str, initial: Period, today: date) -> Period | None:
    """Ask from which day to which transactions are imported.

    Args:
        title: of the window.
        initial: the period that is offered.
        today: the day it is.

    Raises:
        TclError: there is no screen.
    """
    question: Question[Period] = Question(
        title,
        "Which days?",
        "Transactions of these days are added below the data, each line item once. Rows that"
        " are there stay as they are.",
    )
    body, gap = question.body, question.gap
    entries = []
    for row, (label, day) in enumerate(zip(("From", "To"), initial, strict=False)):
        ttk.Label(body, text=label).grid(row=row, column=0, sticky="w", pady=(0, gap // 2))
        entry = ttk.Entry(body, width=12)
        entry.insert(0, str(day))
        entry.grid(row=row, column=1, sticky="w", padx=(gap, 0), pady=(0, gap // 2))
        entries.append(entry)
    refresh = tk.BooleanVar(question.root, value=initial.refresh)
    check = ttk.Checkbutton(body, text="Then fill in their invoices", variable=refresh)
    check.grid(row=2, column=0, columnspan=2, sticky="w")

    def read() -> Period | str:
        days = read_period(entries[0].get(), entries[1].get(), today)
        return days if isinstance(days, str) else Period(*days, refresh=refresh.get())

    return question.run(entries[0], read)


def ask_destination(title: str, initial: Destination) -> Destination | None:
    """Ask where invoice PDFs go.

    Args:
        title: of the window.
        initial: what is offered.

    Raises:
        TclError: there is no screen.
    """
    question: Question[Destination] = Question(
        title,
        "Where do the PDFs go?",
        "Each invoice is fetched once; those that are there already are left alone. Amazon gives"
        " about six a minute: it goes on where it stopped when you press the button again.",
    )
    body, gap = question.body, question.gap
    body.columnconfigure(0, weight=1)
    entry = ttk.Entry(body)
    entry.insert(0, str(initial.folder))
    entry.grid(row=0, column=0, sticky="we")

    def browse() -> None:
        chosen = filedialog.askdirectory(parent=question.root, initialdir=entry.get() or None)
        if chosen:
            entry.delete(0, "end")
            entry.insert(0, str(Path(chosen)))

    button = ttk.Button(body, text="Browse…", command=browse)
    button.grid(row=0, column=1, padx=(gap, 0))
    press_with_return(button)
    link = tk.BooleanVar(question.root, value=initial.link)
    check = ttk.Checkbutton(body, text="Link them beside the invoice numbers", variable=link)
    check.grid(row=1, column=0, columnspan=2, sticky="w", pady=(gap, 0))

    def read() -> Destination | str:
        text = entry.get().strip()
        folder = Path(text).expanduser() if text else None
        if folder is None or not folder.is_absolute():
            return "Choose a folder by its whole path."
        if folder.exists() and not folder.is_dir():
            return "That is a file. Choose a folder."
        return Destination(folder, link=link.get())

    return question.run(entry, read)
