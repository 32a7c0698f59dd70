"""Windows on a screen of their own: Xvfb shows them, xdotool types and clicks as a person does."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

import pytest

DEADLINE_S = 30.0
PROCESS = Path(__file__).parent / "window_process.py"


def eventually(condition, what):
    """Give what a condition gives as soon as it gives anything."""
    until = time.monotonic() + DEADLINE_S
    while not (result := condition()):
        assert time.monotonic() < until, f"not within {DEADLINE_S:.0f} s: {what}"
        time.sleep(0.02)
    return result


def require_screen():
    """Skip where windows cannot be tried, but never where everything is meant to be installed."""
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    missing += [] if importlib.util.find_spec("_tkinter") else ["tkinter"]
    if not missing:
        return
    reason = f"windows need {' and '.join(missing)}: apt install python3-tk xvfb xdotool"
    if os.environ.get("XLSX_ADDIN_REQUIRE_LIBREOFFICE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class Screen:
    """A screen in memory."""

    def __init__(self, size="1400x900"):
        reading, writing = os.pipe()
        try:
            words = (
                f"-displayfd {writing} -screen 0 {size}x24 -dpi 96 -nolisten tcp -noreset".split()
            )
            self.server = subprocess.Popen(  # noqa: S603  # our own words
                [shutil.which("Xvfb"), *words],
                pass_fds=[writing],
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(writing)
        with os.fdopen(reading) as answer:
            self.display = f":{answer.readline().strip()}"
        assert self.display != ":", "Xvfb did not start"

    @property
    def environment(self):
        return os.environ | {"DISPLAY": self.display}

    def xdotool(self, *words):
        done = subprocess.run(  # noqa: S603  # our own words
            [shutil.which("xdotool"), *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        return done.stdout

    def press(self, *keys):
        self.xdotool("key", *keys)

    def type(self, text):
        self.xdotool("type", text)

    def click(self, x, y):
        self.xdotool("mousemove", x, y, "click", 1)

    def window_at(self, x, y):
        self.xdotool("mousemove", x, y)
        lines = self.xdotool("getmouselocation", "--shell").splitlines()
        return int(dict(line.split("=") for line in lines)["WINDOW"])

    def focused(self, title):
        """Whether the keyboard belongs to the window with this title."""
        name = self.xdotool("getwindowfocus", "getwindowname").strip()
        return name == title

    def stop(self):
        end(self.server)


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait(DEADLINE_S)


@pytest.fixture(scope="session")
def screen():
    require_screen()
    screen = Screen()
    yield screen
    screen.stop()


@dataclass
class Window:
    """A window in its process."""

    screen: Screen
    process: subprocess.Popen
    events: Queue = field(default_factory=Queue)

    def __post_init__(self):
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))

    def tell(self, *order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def event(self, name):
        try:
            while True:
                event = self.events.get(timeout=DEADLINE_S)
                if event["event"] == name:
                    return event
        except Empty:
            pytest.fail(f"no {name} of the window within {DEADLINE_S:.0f} s")

    def look(self):
        self.tell("look")
        return self.event("look")

    def see(self, condition):
        """Look until a condition holds; what is seen last."""
        until = time.monotonic() + DEADLINE_S
        while not condition(seen := self.look()):
            assert time.monotonic() < until, f"not within {DEADLINE_S:.0f} s, but {seen}"
        return seen

    def settled(self, condition):
        """Look until a condition holds and the window has found its place and size."""
        before = self.see(condition)
        while (seen := self.see(condition))["box"] != before["box"]:
            before = seen
        return seen

    def click(self, button):
        seen = self.settled(lambda seen: button in seen["buttons"])
        self.screen.click(*seen["buttons"][button])

    def end(self):
        """Wait until window and process have ended by themselves."""
        event = self.event("ended")
        assert self.process.wait(DEADLINE_S) == 0
        return event


@pytest.fixture
def start(screen):
    """Start a window in a process of its own."""
    processes = []

    def begin(*, on=screen, **options):
        process = subprocess.Popen(  # noqa: S603  # our own words
            [sys.executable, PROCESS],
            env=on.environment | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        window = Window(on, process)
        process.stdin.write(json.dumps(options) + "\n")
        process.stdin.flush()
        return window

    yield begin
    for process in processes:
        end(process)
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()


@pytest.fixture
def start_job(start):
    """Start a progress window and wait until it is seen and has the keyboard."""

    def begin(title="march.xlsx", **options):
        window = start(kind="job", title=title, **{"close_after_s": 0.1, **options})
        window.see(lambda seen: seen["focus"] is not None)
        return window

    return begin
