"""Presses the buttons of a macro workbook, as a user does or without a screen."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.hosts.libreoffice.books import Book
from tests.hosts.libreoffice.screen import Screen

_PATIENCE_S: Final = 20
_PRESSED: Final = "actionPerformed"


@dataclass(frozen=True)
class Button:
    """A form button on a sheet.

    Attributes:
        label: What it says.
        macro: The address of the macro that it starts; empty if LibreOffice finds none, as for
            a module of which it does not understand a line.
    """

    label: str
    macro: str
    _model: Any

    def place(self, controller: Any) -> tuple[int, int]:
        """Find its middle on the screen, once its window stands still.

        Raises:
            LookupError: It does not come to a rest on the screen.
        """
        end = time.monotonic() + _PATIENCE_S
        before = None
        while time.monotonic() < end:
            now = self._rectangle(controller)
            if now == before and now[2] > 0 and now[0] >= 0:
                x, y, width, height = now
                return x + width // 2, y + height // 2
            before = now
            time.sleep(0.2)
        raise LookupError(f"The button {self.label!r} does not show on the screen")

    def _rectangle(self, controller: Any) -> tuple[int, int, int, int]:
        look = controller.getControl(self._model).AccessibleContext
        corner, size = look.getLocationOnScreen(), look.getSize()
        return corner.X, corner.Y, size.Width, size.Height


def buttons(book: Book) -> list[Button]:
    """List the buttons of all sheets."""
    return [button for sheet in book.sheets for button in _buttons_of(sheet.xl)]


def _buttons_of(sheet: Any) -> Iterator[Button]:
    forms = sheet.DrawPage.Forms
    for number in range(forms.Count):
        form = forms.getByIndex(number)
        for index in range(form.Count):
            model = form.getByIndex(index)
            events = form.getScriptEvents(index)
            macro = [one.ScriptCode for one in events if one.EventMethod == _PRESSED]
            if hasattr(model, "Label"):
                yield Button(model.Label, "".join(macro), model)


def press(book: Book, label: str, screen: Screen | None = None) -> None:
    """Press a button.

    Args:
        book: The workbook, opened so that its macros may run.
        label: What the button says.
        screen: Where its window is: it is clicked there. Without one its macro is called.

    Raises:
        LookupError: There is no such button, it has no macro, or it does not show.
    """
    found = {button.label: button for button in buttons(book)}
    if label not in found:
        raise LookupError(f"There is no button {label!r} among {sorted(found)}")
    button = found[label]
    if not button.macro:
        raise LookupError(f"The button {label!r} has no macro that LibreOffice understands")
    if screen is None:
        book.document.getScriptProvider().getScript(button.macro).invoke((), (), ())
        return
    book.controller.Frame.ContainerWindow.IsMaximized = True
    screen.click(*button.place(book.controller))
