"""A window in a process of its own: told what to do line by line, answering in JSON.

The first line on standard input holds the options, each later one an order: a name and its
arguments. Orders to a job are done by the job's thread, `look` and `close` by that of Tk.
"""

import json
import os
import queue
import sys
import threading
import time
from datetime import date
from pathlib import Path

from tests.fake_keychains import FakeKeychain
from xlsx_addin.app import App
from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import WorkbookBusy
from xlsx_addin.excel.desk import Desk
from xlsx_addin.excel.destinations import Destination
from xlsx_addin.excel.periods import Period
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.summary import summarize
from xlsx_addin.excel.window import (
    ProgressWindow,
    ask_days,
    ask_destination,
    ask_period,
    show_message,
    show_sign_in,
)
from xlsx_addin.jobs.refresh import RefreshOptions
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport
from xlsx_addin.settings import load_settings
from xlsx_addin.signing_in import Tools


def main():
    options = json.loads(sys.stdin.readline())
    kind = options.pop("kind")
    if kind == "days":
        answer("ended", days=ask_days(**options))
    elif kind == "period":
        initial = Period(*map(date.fromisoformat, options["initial"]))
        period = ask_period(options["title"], initial, date.fromisoformat(options["today"]))
        answer("ended", period=period and [str(period.first), str(period.last), period.refresh])
    elif kind == "destination":
        chosen = ask_destination(options["title"], Destination(Path(options["folder"])))
        answer("ended", chosen=chosen and [str(chosen.folder), chosen.link])
    elif kind == "sign-in":
        show_sign_in_of(**options)
    elif kind == "message":
        show_message(options["title"], options["text"], options["sign"])
        answer("ended")
    else:
        show_job(**options)


def show_sign_in_of(title, *, keychain, profile="default"):
    """Show the sign-in of the home and the Amazon that the environment names."""
    held = FakeKeychain() if keychain else None
    desk = Desk(
        Tools(os.environ, keychain=lambda: held), lambda path: answer("opened", path=str(path))
    )
    show_sign_in(title, desk, profile)
    kept = desk.standing(profile)
    answer("ended", words=kept.words, region=kept.region, signed_in=kept.signed_in)


def answer(event, **values):
    sys.stdout.write(json.dumps({"event": event, **values}) + "\n")
    sys.stdout.flush()


def show_job(title, *, busy=False, refresh=None, **options):
    state, cancel = ProgressState(time.monotonic), threading.Event()
    for_job, for_window = queue.Queue(), queue.Queue()

    def obey_in_window():
        if for_window.empty():
            return False
        name = for_window.get()
        if name == "look":
            answer("look", **look(window._window, cancel))
        elif name == "close":
            root = window._window.root
            root.tk.eval(root.protocol("WM_DELETE_WINDOW"))
        elif name == "confuse":
            raise OSError("The file of wishes cannot be read.")
        return name == "front"

    window = ProgressWindow(title, state, cancel=cancel, wants_front=obey_in_window, **options)
    reader = threading.Thread(target=read_orders, args=(for_job, for_window), daemon=True)
    reader.start()
    if refresh is None:
        summary = window.run(lambda: job(state, cancel, for_job, busy=busy))
    else:
        summary = window.run(lambda: refresh_of(Path(refresh), state, cancel))
    answer("ended", headline=summary.headline, text=summary.text, cancelled=cancel.is_set())


def read_orders(for_job, for_window):
    for line in sys.stdin:
        name, *values = json.loads(line)
        if name in ("look", "close", "front", "confuse"):
            for_window.put(name)
        else:
            for_job.put((name, values))


def refresh_of(path, state, cancel):
    """Refresh a saved workbook, with the account that the environment names."""
    with App(load_settings(os.environ, None)) as app:
        return summarize(app.refresh([path], RefreshOptions(), cancel=cancel, progress=state))


def job(state, cancel, orders, *, busy):
    """Do what is ordered; once cancelled, end as a refresh does, unless it is busy."""
    while True:
        try:
            name, values = orders.get(timeout=0.02)
        except queue.Empty:
            if cancel.is_set() and not busy:
                return summary_of({"Found": 25, "Cancelled": 75}, interrupted=True)
            continue
        if name == "finish":
            return summary_of(*values)
        if name == "fail":
            raise WorkbookBusy("march.xlsx is busy.", next_step="Wait.")
        if name == "break":
            raise ZeroDivisionError("division by zero")
        if name == "count":
            values = [{Status(word): count for word, count in values[0].items()}]
        getattr(state, name)(*values)


def summary_of(statuses, kept_books=0, *, interrupted=False):
    words = {Status(word): count for word, count in statuses.items()}
    books = [WorkbookReport(Path("march.xlsx"), statuses=words)]
    books += [WorkbookReport(Path(f"{n}.xlsx"), kept=1) for n in range(kept_books)]
    return summarize(RefreshReport(books, interrupted=interrupted))


def look(window, cancel):
    """Describe what a person sees."""
    root = window.root
    widgets = list(descendants(root))
    seen = {
        "title": root.title(),
        "box": [root.winfo_rootx(), root.winfo_rooty(), root.winfo_width(), root.winfo_height()],
        "screen": [root.winfo_screenwidth(), root.winfo_screenheight()],
        "id": int(root.frame(), 16),
        "labels": [one.cget("text") for one in of_class(widgets, "TLabel")],
        "buttons": {one.cget("text"): place(one) for one in of_class(widgets, "TButton")},
        "disabled": [
            one.cget("text") for one in of_class(widgets, "TButton") if one.instate(["disabled"])
        ],
        "bar": [float(one.cget("value")) for one in of_class(widgets, "TProgressbar")],
        "modes": [str(one.cget("mode")) for one in of_class(widgets, "TProgressbar")],
        "page": [one.get("1.0", "end-1c") for one in of_class(widgets, "Text")],
        "scrolled": [one.yview() for one in of_class(widgets, "Text")],
        "bars": [one.winfo_ismapped() for one in of_class(widgets, "TScrollbar")],
        "focus": focus_of(root),
        "clipboard": "",
        "cancelled": cancel.is_set(),
    }
    if "Copied" in seen["buttons"]:
        seen["clipboard"] = root.clipboard_get()
    return seen


def descendants(widget):
    for child in widget.winfo_children():
        yield child
        yield from descendants(child)


def of_class(widgets, name):
    return [one for one in widgets if one.winfo_class() == name]


def place(widget):
    """The middle of a widget on the screen."""
    x, y = widget.winfo_rootx(), widget.winfo_rooty()
    return [x + widget.winfo_width() // 2, y + widget.winfo_height() // 2]


def focus_of(root):
    widget = root.focus_displayof()
    if widget is None:
        return None
    return widget.cget("text") if widget.winfo_class() == "TButton" else widget.winfo_class()


if __name__ == "__main__":
    main()
