"""Forks processes that run commands of the program: real ones, started in milliseconds.

Standard input: a line of JSON for each, `{"words": [...], "environment": {...}, "out": path}`.
Standard output: a line of JSON with its `pid`, and one with its `code` when it has ended. Only
this parent waits for them, so a killed one is told as `-9`.
"""

import json
import os
import signal
import sys
import threading
from typing import Any

import xlsx_addin.app
import xlsx_addin.cli.add_ids
import xlsx_addin.cli.main
import xlsx_addin.cli.payments
import xlsx_addin.cli.pdfs
import xlsx_addin.cli.refresh
import xlsx_addin.cli.transactions
import xlsx_addin.cli.undo
import xlsx_addin.connecting  # what costs time is there before anybody forks


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            run(**order)
        tell(pid=pid)
        threading.Thread(target=wait, args=(pid,)).start()


def wait(pid: int) -> None:
    """Tell how a process ended."""
    _, status = os.waitpid(pid, 0)
    tell(code=os.waitstatus_to_exitcode(status), ended=pid)


def tell(**values: int) -> None:
    """Write a line in one piece."""
    os.write(1, (json.dumps(values) + "\n").encode())


def run(words: list[str], environment: dict[str, str], out: str) -> Any:
    """Be the command."""
    code = 70
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(environment)
        file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, target in ((nothing, 0), (file, 1), (file, 2)):
            os.dup2(number, target)
        code = xlsx_addin.cli.main.main(words)
        sys.stdout.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
