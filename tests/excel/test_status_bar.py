from tests.hosts.memory.errors import RPC_E_CALL_REJECTED, ComError
from xlsx_addin.core.outcomes import Status
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.status_bar import StatusBar


class App:
    def __init__(self):
        self.lines = []
        self.busy = False

    @property
    def status_bar(self):
        return self.lines[-1]

    @status_bar.setter
    def status_bar(self, line):
        if self.busy:
            raise ComError(RPC_E_CALL_REJECTED, "a cell is being edited")
        self.lines.append(line)


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds
        self.waited()
        return False

    def waited(self):
        pass


def test_it_shows_the_line_of_the_window_once_a_second():
    app, clock = App(), Clock()
    state = ProgressState(clock)
    bar = StatusBar(app, state, clock, clock.wait)
    bar.begin(100)
    bar.advance(25)
    clock.now = 1.5
    bar.count({Status.FOUND: 50})
    bar.advance(25)
    assert len(app.lines) == 2
    assert app.lines[-1] == state.view().line
    assert "50 of 100" in app.lines[-1]
    bar.end()
    bar.say("Writing into march.xlsx")
    assert state.view().sentence == "Writing into march.xlsx"
    bar.clear()
    assert app.lines[-1] is False


def test_a_busy_excel_holds_up_nobody():
    app, clock = App(), Clock()
    bar = StatusBar(app, ProgressState(clock), clock, clock.wait)
    app.busy = True
    bar.begin(10)
    bar.advance(10)
    bar.clear()
    assert app.lines == []
    assert clock.now < 15


def test_a_line_that_stands_there_is_taken_back_once_excel_listens_again():
    app, clock = App(), Clock()
    bar = StatusBar(app, ProgressState(clock), clock, clock.wait)
    bar.begin(10)
    app.busy = True

    def listen():
        app.busy = clock.now < 3

    clock.waited = listen
    bar.clear()
    assert app.lines[-1] is False
