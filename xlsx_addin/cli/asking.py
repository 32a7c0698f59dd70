"""Questions on a terminal; answers that are secrets do not show while they are typed."""

import getpass
import sys
from typing import Final

from xlsx_addin.errors import InputError

_OTHERWISE: Final = (
    "Use --from-env to take it from the environment variables, or --stdin to take it from"
    " standard input as JSON."
)


def ask(question: str, default: str = "") -> str:
    """Ask for something that may be seen.

    Args:
        question: without its colon.
        default: what Enter stands for, empty for nothing.

    Raises:
        InputError: nobody can be asked, or the input ends.
    """
    _check_terminal()
    # On standard error, where prompts belong when standard output is JSON.
    print(f"{question}{f' [{default}]' if default else ''}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise _ended()
    return line.strip() or default


def ask_hidden(question: str) -> str:
    """Ask for a secret.

    Args:
        question: without its colon.

    Raises:
        InputError: nobody can be asked, or the input ends.
    """
    _check_terminal()
    try:
        text = getpass.getpass(f"{question}: ").strip()
    except EOFError:
        raise _ended() from None
    if not text.isprintable():
        raise InputError(
            "What was entered has characters in it that cannot be seen.",
            next_step="Where Ctrl-V does not paste, use the right mouse button.",
            code="usage",
        )
    return text


def _check_terminal() -> None:
    if not sys.stdin.isatty():
        raise InputError(
            "Nobody can be asked here: this is no terminal.", next_step=_OTHERWISE, code="usage"
        )


def _ended() -> InputError:
    return InputError(
        "The input ended before all was entered; nothing was changed.",
        next_step="Run the command again.",
        code="usage",
    )
