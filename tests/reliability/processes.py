"""Processes of the program that can be killed and interrupted, forked by `zygote`."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

DEADLINE_S = 60.0


@dataclass
class Process:
    """A command that runs."""

    pid: int
    out: Path
    codes: "queue.Queue[int]"

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def interrupt(self) -> None:
        self._signal(signal.SIGINT)

    def _signal(self, number: int) -> None:
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def wait(self, seconds: float = DEADLINE_S) -> int:
        """Give its exit code, negative if a signal ended it."""
        return self.codes.get(timeout=seconds)

    @property
    def said(self) -> str:
        return self.out.read_text(encoding="utf-8") if self.out.exists() else ""


class Zygote:
    """Starts processes; all of them have ended when it is closed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # our own words
            [sys.executable, "-m", "tests.reliability.zygote"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._started: queue.Queue[int] = queue.Queue()
        self._codes: dict[int, queue.Queue[int]] = {}
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, words, environment: dict[str, str], out: Path) -> Process:
        order = {"words": [str(one) for one in words], "environment": environment, "out": str(out)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        pid = self._started.get(timeout=DEADLINE_S)
        return Process(pid, out, self._codes_of(pid))

    def _codes_of(self, pid: int) -> "queue.Queue[int]":
        with self._lock:
            return self._codes.setdefault(pid, queue.Queue())

    def _read(self) -> None:
        for line in self._process.stdout:
            told = json.loads(line)
            if "pid" in told:
                self._started.put(told["pid"])
            else:
                self._codes_of(told["ended"]).put(told["code"])

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(DEADLINE_S)
        self._reader.join(DEADLINE_S)
        self._process.stdout.close()
