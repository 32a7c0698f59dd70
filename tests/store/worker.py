"""A process that uses the store, for tests that need a real second one.

python -m tests.store.worker save FILE NAME BATCHES    saves batches, says each on a line
python -m tests.store.worker reserve FILE COUNT        reserves permits, prints the waits
"""

import sys
from pathlib import Path

from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.line_items import BATCH_SIZE, LineItem
from xlsx_addin.store.permits import SqlitePermits
from xlsx_addin.store.sqlite import SqliteStore

ACCOUNT = "account"
RATE_PER_S = 2.0
BURST = 10.0


def batch(name: str, number: int) -> dict[LineItem, Answer]:
    """Make the answers of a batch; every line is an order of its own."""
    return {
        LineItem(f"{name}-{number}-{line}", str(line), "S"): Answer(
            (Detail(f"INV-{name}-{number}-{line}"),)
        )
        for line in range(BATCH_SIZE)
    }


def _save(file: str, name: str, batches: str) -> None:
    with SqliteStore(Path(file)) as store:
        for number in range(int(batches)):
            store.save(ACCOUNT, batch(name, number), at=float(number))
            print(number, flush=True)  # noqa: T201  # the parent reads it


def _reserve(file: str, count: str) -> None:
    with SqlitePermits(Path(file), clock=lambda: 1000.0) as permits:
        for _ in range(int(count)):
            wait_s = permits.reserve("key", rate_per_s=RATE_PER_S, burst=BURST)
            print(wait_s, flush=True)  # noqa: T201  # the parent reads it


if __name__ == "__main__":
    {"save": _save, "reserve": _reserve}[sys.argv[1]](*sys.argv[2:])
