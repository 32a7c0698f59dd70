"""A busy Excel is waited out, and is left as it was found, whatever happens."""

import itertools

import pytest

from tests.hosts.memory.errors import Busy, ComError, refused
from tests.workbooks.live import purchases
from tests.workbooks.live.purchases import Refresh, expected, found
from xlsx_addin.errors import WorkbookBusy, XlsxAddinError
from xlsx_addin.workbooks.live import ExcelGate

ROWS = purchases.purchases(5)
FOR_EVER = 100_000
SETTINGS = {"calculation": "semiautomatic", "screen_updating": True, "enable_events": True}


@pytest.fixture
def refresh():
    refresh = Refresh()
    refresh.know(ROWS)
    return refresh


@pytest.fixture
def settings(memory_host):
    """The settings of Excel, as its user has chosen them."""
    memory_host.start()
    settings = memory_host.engine.applications[0].settings
    settings.update(SETTINGS)
    return lambda: {name: settings[name] for name in SETTINGS}


@pytest.fixture
def book(memory_host, tmp_path, settings):
    """Open a fresh workbook without result columns; the one before it is closed."""
    opened = []

    def book():
        for one in opened:
            memory_host.close(one)
        path = purchases.workbook(tmp_path / "march.xlsx", ROWS, results=False)
        opened[:] = [memory_host.open(path)]
        return opened[0]

    return book


def every_call(host, refresh, book, disturb, make_gate=lambda: None):
    """Refresh fresh workbooks, each disturbed before another call; tell the call and the error."""
    for at in itertools.count(1):
        opened, met = book(), []

        def hook(call, met=met):
            met.append(call)
            disturb(call)

        forget = host.on_call(hook, at=at)
        try:
            error = refresh(opened, make_gate()).error
        except (XlsxAddinError, ComError) as raised:
            # While the workbook was still being taken up.
            error = raised
        forget()
        if not met:
            return
        yield met[0], opened, error


@pytest.mark.parametrize("how", Busy)
def test_an_excel_that_is_busy_for_a_moment_is_waited_out(
    memory_host, refresh, book, settings, how
):
    calls = 0
    for call, opened, error in every_call(
        memory_host, refresh, book, lambda _: memory_host.busy(3, how)
    ):
        calls += 1
        assert error is None, call
        assert found(opened) == expected(ROWS), call
        assert settings() == SETTINGS, call
    assert calls > 40


def test_an_excel_that_stays_busy_is_given_up_and_the_next_refresh_completes(
    memory_host, refresh, book
):
    for call, opened, error in every_call(
        memory_host, refresh, book, lambda _: memory_host.busy(FOR_EVER)
    ):
        memory_host.busy(0)
        if error is None:
            # Only putting back the last setting was left.
            assert call.member.startswith("App."), call
        else:
            assert isinstance(error, WorkbookBusy), call
            assert error.code == "excel-busy"
        assert refresh(opened).error is None, call
        assert found(opened) == expected(ROWS), call


def test_settings_are_put_back_once_excel_listens_again(memory_host, refresh, book, settings):
    def gate():
        passed = 0.0

        def wait(seconds):
            nonlocal passed
            passed += seconds
            if passed > 130:
                memory_host.busy(0)
            return False

        return ExcelGate(lambda: passed, wait)

    for call, _, error in every_call(
        memory_host, refresh, book, lambda _: memory_host.busy(FOR_EVER), gate
    ):
        memory_host.busy(0)
        assert error.code == "excel-busy", call
        # The patience with a setting that is being put back ends, too.
        if not call.member.startswith("App."):
            assert settings() == SETTINGS, call


def test_settings_are_put_back_after_an_error_wherever_it_comes(
    memory_host, refresh, book, settings
):
    def fail(_call):
        raise refused("Excel does not want to.")

    failed = 0
    for call, _, error in every_call(memory_host, refresh, book, fail):
        failed += error is not None
        if not call.member.startswith("App."):
            assert settings() == SETTINGS, call
    assert failed > 30
