"""The gate to Excel: what counts as busy and as gone, how long it waits, and when it gives up."""

import sys
from types import SimpleNamespace

import pytest

from tests.hosts.memory.errors import DISP_E_EXCEPTION, ComError
from xlsx_addin.errors import WorkbookBusy, WorkbookError
from xlsx_addin.workbooks.live import ExcelGate
from xlsx_addin.workbooks.live.gate import PATIENCE_S, fail_fast

REJECTED, RETRY_LATER, IGNORE = -2147418111, -2147417846, -2146777998
UNAVAILABLE, CALL_FAILED, DISCONNECTED, NOT_CONNECTED = (
    *(-2147023174, -2147023170),
    *(-2147417848, -2147220995),
)


# As pywin32 names it; what the gate knows it by.
class com_error(Exception):  # noqa: N801
    pass


class ExcelBusyError(Exception):
    """xlwings' own on Windows."""


class CommandError(Exception):
    """As appscript raises it on a Mac."""

    def __init__(self, number):
        super().__init__("OSERROR")
        self.errornumber = number


def inside(number):
    return ComError(DISP_E_EXCEPTION, "Exception occurred.", (0, "Excel", "", None, 0, number))


BUSY = [
    ComError(REJECTED, "Call was rejected by callee."),
    ComError(RETRY_LATER, "The message filter indicated that the application is busy."),
    ComError(IGNORE, "OLE error 0x800ac472"),
    inside(IGNORE),
    com_error(REJECTED, "Call was rejected by callee.", None, None),
    com_error(DISP_E_EXCEPTION, "Exception occurred.", (0, None, None, None, 0, IGNORE), None),
    ExcelBusyError(),
    CommandError(-1712),
]
GONE = [
    *(ComError(number, "") for number in (UNAVAILABLE, CALL_FAILED, DISCONNECTED, NOT_CONNECTED)),
    com_error(UNAVAILABLE, "The RPC server is unavailable.", None, None),
    CommandError(-609),
    CommandError(-600),
]
NEITHER = [
    inside(-2146827284),
    ComError(DISP_E_EXCEPTION, "Exception occurred."),
    CommandError(-50),
    # The number alone, in an error of another kind, means nothing.
    ValueError(REJECTED),
    KeyError("name"),
    OSError(2, "No such file", "march.xlsx"),
]


def shown(error):
    return f"{type(error).__name__}{error.args}"


class Clock:
    """Time that passes by waiting alone."""

    def __init__(self, give_up_after=None):
        self.now = 0.0
        self.waits = 0
        self._give_up_after = give_up_after

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.waits += 1
        self.now += seconds
        return self.waits == self._give_up_after


class Excel:
    """Fails some times, then answers."""

    def __init__(self, error, times):
        self.error = error
        self.times = times
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return "answer"


@pytest.fixture
def clock():
    return Clock()


@pytest.mark.parametrize("error", BUSY, ids=shown)
def test_a_busy_excel_is_asked_again_until_it_answers(clock, error):
    excel = Excel(error, times=5)
    assert ExcelGate(clock, clock.wait).do(excel) == "answer"
    assert (excel.calls, clock.waits) == (6, 5)


@pytest.mark.parametrize("error", BUSY, ids=shown)
def test_a_busy_excel_is_given_up_after_the_patience(clock, error):
    excel = Excel(error, times=10**6)
    with pytest.raises(WorkbookBusy) as caught:
        ExcelGate(clock, clock.wait).do(excel)
    assert caught.value.code == "excel-busy"
    assert caught.value.next_step
    assert caught.value.__cause__ is error
    assert PATIENCE_S <= clock.now <= PATIENCE_S + 1


def test_patience_is_counted_anew_for_every_call(clock):
    gate = ExcelGate(clock, clock.wait, patience_s=10)
    for _ in range(3):
        # Almost ten seconds of it each.
        assert gate.do(Excel(BUSY[0], times=39)) == "answer"
    assert clock.now > 29


def test_whoever_stops_the_job_does_not_wait_for_excel():
    clock = Clock(give_up_after=2)
    excel = Excel(BUSY[0], times=100)
    with pytest.raises(WorkbookBusy):
        ExcelGate(clock, clock.wait).do(excel)
    assert excel.calls == 2


def test_without_patience_there_is_one_try(clock):
    excel = Excel(BUSY[0], times=1)
    with pytest.raises(WorkbookBusy):
        ExcelGate(clock, clock.wait, patience_s=0).do(excel)
    assert (excel.calls, clock.waits) == (1, 0)


@pytest.mark.parametrize("error", GONE, ids=shown)
def test_a_closed_workbook_is_said_at_once(clock, error):
    with pytest.raises(WorkbookError) as caught:
        ExcelGate(clock, clock.wait).do(Excel(error, times=1))
    assert caught.value.code == "workbook-closed"
    assert caught.value.__cause__ is error
    assert clock.waits == 0


@pytest.mark.parametrize("error", NEITHER, ids=shown)
def test_other_errors_pass(clock, error):
    with pytest.raises(type(error)) as caught:
        ExcelGate(clock, clock.wait).do(Excel(error, times=1))
    assert caught.value is error
    assert clock.waits == 0


def test_xlwings_is_told_not_to_repeat_calls_itself(monkeypatch):
    windows = SimpleNamespace(N_COM_ATTEMPTS=0)
    monkeypatch.setitem(sys.modules, "xlwings._xlwindows", windows)
    fail_fast()
    assert windows.N_COM_ATTEMPTS == 1


def test_where_there_is_no_com_there_is_nothing_to_tell_xlwings(monkeypatch):
    monkeypatch.delitem(sys.modules, "xlwings._xlwindows", raising=False)
    fail_fast()


def test_what_must_be_put_back_is_waited_for_though_the_person_wants_to_stop():
    calls = []

    def call():
        calls.append(1)
        if len(calls) < 5:
            raise ComError(REJECTED, "Call was rejected by callee.")
        return "done"

    gate = ExcelGate(lambda: 0.0, lambda _: True)
    with pytest.raises(WorkbookBusy):
        gate.do(call)
    assert gate.do(call, stoppable=False) == "done"
