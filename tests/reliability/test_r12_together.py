"""R12: button, command and formulas at once keep within one account's rate."""

import threading

import pytest

from tests.hosts.fixtures import memory_host  # noqa: F401  # the fixture
from tests.reliability.test_r08_cancelled import Nobody
from xlsx_addin.connecting import connected
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel.worker import Worker
from xlsx_addin.sandbox import INVOICES, Limit
from xlsx_addin.settings import load_settings
from xlsx_addin.workbooks.live.attach import OpenBook

RATE_PER_S, BURST = 20, 10
EACH = 1_000


@pytest.fixture
def bed(make_bed, monkeypatch):
    made = make_bed(limits={INVOICES: Limit(RATE_PER_S, BURST)}, latency_s=0.1)
    made.set_pace(RATE_PER_S, BURST)
    for name, text in made.environment.items():
        monkeypatch.setenv(name, text)
    return made


def ask_as_formulas_do(settings, lines, results):
    """Ask batch by batch, as cells come, in a process that is open as long as Excel."""
    left = [lines[at : at + 25] for at in range(0, len(lines), 25)]

    def more(_stop):
        return left.pop(0) if left else []

    with connected(settings, shares_pace=True) as amazon:
        for batch in amazon.invoices.ask_as_they_come(more, threading.Event()):
            results |= batch


def test_button_command_and_formulas_together_stay_within_the_rate(
    bed,
    memory_host,  # noqa: F811  # the fixture
    zygote,
    figures,
):
    lines = bed.sandbox.account.line_items(3 * EACH)
    settings = load_settings(bed.environment)
    book = memory_host.open(bed.book(lines[:EACH], "open.xlsx"))
    closed, results = bed.book(lines[EACH : 2 * EACH], "closed.xlsx"), {}
    formulas = threading.Thread(
        target=ask_as_formulas_do, args=(settings, lines[2 * EACH :], results)
    )
    command = zygote.start(["refresh", closed], bed.environment, bed.folder / "said.txt")
    formulas.start()
    Worker(settings, OpenBook(book.app.pid, book.name), Nobody()).run("refresh")
    formulas.join()
    assert command.wait() == 0, command.said
    rows = book.sheets["Lines"].range((2, 1), (EACH + 1, 8)).value
    assert all(row[6] == bed.truth(LineItem(*row[:3])).status for row in rows)
    assert results.keys() == set(lines[2 * EACH :])
    log = bed.sandbox.requests
    requests, throttled = log.count(INVOICES), log.count(INVOICES, 429)
    figures("R12", "button, command and formulas", f"{requests} requests, {throttled} of 429")
    assert throttled <= max(2, 0.02 * requests)
