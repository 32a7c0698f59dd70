"""Shared by the tests of the store.

`start_worker` runs `worker.py` in a process of its own and ends it with the test at the latest.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest


@pytest.fixture
def start_worker() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with ExitStack() as stack:

        def start(*words: object) -> subprocess.Popen[str]:
            process = subprocess.Popen(  # noqa: S603  # our own module
                [sys.executable, "-m", "tests.store.worker", *map(str, words)],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)  # waits for it and closes the pipe
            stack.callback(process.kill)
            return process

        yield start
