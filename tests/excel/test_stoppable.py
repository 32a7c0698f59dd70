import threading

from xlsx_addin.excel.stoppable import StoppableWait


def test_it_goes_on_waiting_while_nobody_wants_to_stop():
    wait = StoppableWait(threading.Event(), lambda: 0.0)
    assert [wait(0.001) for _ in range(5)] == [False] * 5


def test_it_gives_up_soon_after_somebody_wants_to_stop():
    cancel = threading.Event()
    now = [100.0]
    wait = StoppableWait(cancel, lambda: now[0], grace_s=2.0)
    cancel.set()
    assert not wait(0.001)
    now[0] = 101.9
    assert not wait(0.001)
    now[0] = 102.1
    assert wait(0.001)
