"""The window "Sign in and settings"."""

import gc
import threading
import tkinter as tk
from collections.abc import Callable
from queue import Empty, SimpleQueue
from tkinter import font, ttk
from typing import Final

from xlsx_addin.excel.desk import REGION_WORDS, Answer, Desk, Entries
from xlsx_addin.excel.tk.look import (
    GAP,
    HEADING,
    PADDING,
    close_root,
    fitting,
    keep_on_screen,
    open_root,
    press_with_return,
    px,
    show_centred,
)

_WIDTH: Final = 520
_LABEL: Final = 130
_HIDDEN: Final = "•"
_LOOK_MS: Final = 50
_LAST_WORDS_S: Final = 20.0
"""How long the window's end waits for a sign-in under way, which may be writing."""

_CONSENT: Final = (
    "Begins with Atzr|. Or paste address or code of the consent page. Secrets that you leave"
    " empty stay as they are."
)
_IN_FILE: Final = "Keep it in a file that only I can read: this computer has no keychain"


class SignInDialog:
    """Asks for what signs in, tries and keeps it, and tells how that went.

    Args:
        title: of the window.
        desk: does the work.
        profile: whose sign-in is shown first.
        scaling: pixels a point, None to take what the screen says.

    Raises:
        TclError: there is no screen.
    """

    def __init__(
        self, title: str, desk: Desk, profile: str, *, scaling: float | None = None
    ) -> None:
        self.root = open_root(title, scaling)
        self._desk = desk
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._worker: threading.Thread | None = None
        self._width, self._gap = fitting(self.root, _WIDTH), px(self.root, GAP)
        self._needs_file = not desk.has_keychain()
        pane = ttk.Frame(self.root, padding=px(self.root, PADDING))
        pane.pack(fill="both", expand=True)
        pane.columnconfigure(0, minsize=px(self.root, _LABEL))
        pane.columnconfigure(1, weight=1, minsize=self._width - px(self.root, _LABEL))
        self._add_head(pane)
        self._add_fields(pane, profile)
        self.told = ttk.Label(pane, wraplength=self._width)
        self.told.grid(columnspan=2, sticky="w", pady=(self._gap, self._gap))
        self._add_buttons(pane)
        self._show_standing()

    def run(self) -> None:
        """Show the window until it is closed."""
        try:
            show_centred(self.root)
            (self.client_secret if self.client_id.get() else self.client_id).focus_set()
            self.root.mainloop()
            if self._worker is not None:
                self._worker.join(_LAST_WORDS_S)
        finally:
            close_root(self.root)
            # Every widget and variable ends with the window, in its thread.
            self.__dict__.clear()
            gc.collect()  # as for the progress window

    def _add_head(self, pane: ttk.Frame) -> None:
        bold = font.nametofont(HEADING, self.root)
        head = ttk.Label(pane, text="Sign in to Amazon Business", font=bold)
        head.grid(columnspan=2, sticky="w")
        self.standing = ttk.Label(pane, wraplength=self._width)
        self.standing.grid(columnspan=2, sticky="w", pady=(self._gap // 2, self._gap))

    def _add_fields(self, pane: ttk.Frame, profile: str) -> None:
        self.profile = ttk.Combobox(pane, values=self._desk.profiles)
        self.profile.set(profile)
        self.profile.bind("<<ComboboxSelected>>", self._profile_changed)
        self.profile.bind("<FocusOut>", self._profile_changed)
        self.region = ttk.Combobox(pane, values=list(REGION_WORDS.values()), state="readonly")
        self.client_id = ttk.Entry(pane)
        self.client_secret = ttk.Entry(pane, show=_HIDDEN)
        self.consent = ttk.Entry(pane, show=_HIDDEN)
        self.redirect_uri = ttk.Entry(pane)
        self._add_row(pane, "Profile", self.profile)
        self._add_row(pane, "Region", self.region)
        self._add_row(pane, "Client id", self.client_id)
        self._add_row(pane, "Client secret", self.client_secret)
        self._add_row(pane, "Refresh token", self.consent, _CONSENT)
        self._add_row(
            pane, "Redirect address", self.redirect_uri, "Only for a code without its address."
        )
        self.in_file = tk.BooleanVar(self.root)
        if self._needs_file:
            box = ttk.Checkbutton(pane, text=_IN_FILE, variable=self.in_file)
            box.grid(columnspan=2, sticky="w", pady=(self._gap, 0))

    def _add_row(self, pane: ttk.Frame, text: str, field: ttk.Entry, hint: str = "") -> None:
        row = pane.grid_size()[1]
        above = (self._gap // 2, 0)
        ttk.Label(pane, text=text).grid(row=row, column=0, sticky="w", pady=above)
        field.grid(row=row, column=1, sticky="we", pady=above)
        if hint:
            wrap = self._width - px(self.root, _LABEL)
            label = ttk.Label(pane, text=hint, wraplength=wrap, style="Hint.TLabel")
            label.grid(row=row + 1, column=1, sticky="w")

    def _add_buttons(self, pane: ttk.Frame) -> None:
        buttons = ttk.Frame(pane)
        buttons.grid(columnspan=2, sticky="we")
        buttons.columnconfigure(2, weight=1)
        commands = {
            "Open the settings file": lambda: self._show(self._desk.open_settings()),
            "Sign out": self._sign_out,
            "Sign in": self._sign_in,
            "Close": self.root.quit,
        }
        self.pressable: dict[str, ttk.Button] = {}
        for column, (text, command) in zip((0, 1, 3, 4), commands.items(), strict=True):
            button = ttk.Button(buttons, text=text, command=command)
            button.grid(row=0, column=column, padx=(self._gap if column else 0, 0))
            press_with_return(button)
            self.pressable[text] = button
        self.pressable["Sign in"].configure(default="active")
        for key in ("<Return>", "<KP_Enter>"):
            self.root.bind(key, lambda _event: self._sign_in())
        self.root.bind("<Escape>", lambda _event: self.root.quit())
        self.root.protocol("WM_DELETE_WINDOW", self.root.quit)

    def _profile_changed(self, _event: object) -> None:
        if self.profile.get().strip() != self._shown:  # else it would undo what was entered
            self._show_standing()

    def _show_standing(self) -> None:
        self._shown = self.profile.get().strip()
        standing = self._desk.standing(self._shown)
        self.standing.configure(text=standing.words)
        self.region.set(REGION_WORDS.get(standing.region, ""))
        _replace(self.client_id, standing.client_id)
        self.in_file.set(self._needs_file and standing.in_file)

    def _sign_in(self) -> None:
        names = {words: name for name, words in REGION_WORDS.items()}
        entries = Entries(
            self.profile.get().strip(),
            names[self.region.get()],
            self.client_id.get(),
            self.client_secret.get(),
            self.consent.get(),
            self.redirect_uri.get(),
            in_file=self.in_file.get(),
        )
        self._do("Asking Amazon…", lambda: self._desk.sign_in(entries))

    def _sign_out(self) -> None:
        profile = self.profile.get().strip()
        self._do("Signing out…", lambda: self._desk.sign_out(profile))

    def _do(self, words: str, work: Callable[[], Answer]) -> None:
        """Do what takes a while in a thread, which touches no widget."""
        if self._worker is not None:
            return
        self.told.configure(text=words, style="TLabel")
        for button in ("Sign in", "Sign out"):
            self.pressable[button].state(["disabled"])
        answers = self._answers
        self._worker = threading.Thread(target=lambda: answers.put(work()), daemon=True)
        self._worker.start()
        self.root.after(_LOOK_MS, self._look)

    def _look(self) -> None:
        try:
            answer = self._answers.get_nowait()
        except Empty:
            self.root.after(_LOOK_MS, self._look)
            return
        self._worker = None
        for button in ("Sign in", "Sign out"):
            self.pressable[button].state(["!disabled"])
        if answer.kept:
            for field in (self.client_secret, self.consent, self.redirect_uri):
                _replace(field, "")
            self.profile.configure(values=self._desk.profiles)
        if answer.kept or answer.good:
            self._show_standing()
        self._show(answer)

    def _show(self, answer: Answer) -> None:
        style = "Good.TLabel" if answer.good else "Wrong.TLabel"
        self.told.configure(text="\n".join(answer.words), style=style)
        keep_on_screen(self.root)


def _replace(field: ttk.Entry, text: str) -> None:
    field.delete(0, "end")
    field.insert(0, text)
