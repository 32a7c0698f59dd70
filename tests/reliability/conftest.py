"""The suite under fire: seeded, scaled by XLSX_ADDIN_RELIABILITY, with a table at its end.

`scale`: how many times longer than usual. `seeds`: as many as that. `figures`: takes what the
table shows. XLSX_ADDIN_RELIABILITY_REPORT names a file that the table is written to as well.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.bed import bed
from tests.reliability.processes import Zygote

_ROWS: list[tuple[str, str, str]] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(120 + 480 * _scale()))


def _scale() -> int:
    return max(1, int(os.environ.get("XLSX_ADDIN_RELIABILITY", "1")))


@pytest.fixture(scope="session")
def scale() -> int:
    return _scale()


@pytest.fixture
def figures() -> Callable[[str, str, str], None]:
    """Take a row of the table: id, situation, what came of it."""
    return lambda name, situation, figure: _ROWS.append((name, situation, figure))


@pytest.fixture
def make_bed(tmp_path):
    """Set up beds that end with the test."""
    running = []

    def make(name="bed", **options):
        context = bed(tmp_path / name, **options)
        made = context.__enter__()
        running.append(context)
        return made

    yield make
    for context in reversed(running):
        context.__exit__(None, None, None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _ROWS:
        return
    lines = ["| id | situation | result |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in sorted(_ROWS, key=_by_number)]
    terminalreporter.section("reliability")
    for line in lines:
        terminalreporter.write_line(line)
    report = os.environ.get("XLSX_ADDIN_RELIABILITY_REPORT")
    if report:
        Path(report).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _by_number(row: tuple[str, str, str]) -> tuple[int, str]:
    number = row[0].removeprefix("R")
    return int(number) if number.isdigit() else 99, row[1]


@pytest.fixture(scope="session")
def zygote():
    """Starts processes of the program in no time."""
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork; kills are tried where it can")
    made = Zygote()
    yield made
    made.close()
