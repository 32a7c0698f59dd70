"""The progress window itself: a job in its thread, looked at again and again by Tk's loop."""

import gc
import logging
import threading
import tkinter as tk
from collections.abc import Callable
from typing import Final

from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.summary import Summary
from xlsx_addin.excel.tk.look import close_root, keep_on_screen, open_root, show_centred, to_front
from xlsx_addin.excel.tk.panes import ProgressPane
from xlsx_addin.excel.tk.summary_pane import SummaryPane

_log = logging.getLogger(__name__)

_POLL_MS: Final = 120


class _Worker(threading.Thread):
    """The thread of the job: Excel's objects belong to the thread that made them."""

    def __init__(self, job: Callable[[], Summary]) -> None:
        super().__init__(name="job")
        self._job = job
        self.summary: Summary | None = None

    def run(self) -> None:
        """Do the job."""
        self.summary = self._job()


class JobWindow:
    """Shows one job.

    Args:
        title: the name of the workbook.
        state: what the job tells.
        cancel: set when the person wants the job to stop.
        wants_front: true once when the window shall come to the front.
        close_after_s: how long a good result is shown.
        scaling: pixels a point, None to take what the screen says.

    Raises:
        TclError: there is no screen.
    """

    def __init__(
        self,
        title: str,
        state: ProgressState,
        *,
        cancel: threading.Event,
        wants_front: Callable[[], bool],
        close_after_s: float,
        scaling: float | None,
    ) -> None:
        self._title = title
        self._state = state
        self._cancel = cancel
        self._wants_front = wants_front
        self._close_after_ms = round(close_after_s * 1000)
        self._finished = False
        self.root = open_root(title, scaling)
        self.progress = ProgressPane(self.root, title, self._leave)
        self.progress.pack(fill="both", expand=True)
        self.progress.show(state.view())
        self.summary: SummaryPane | None = None
        self.root.protocol("WM_DELETE_WINDOW", self._leave)
        self.root.bind("<Escape>", self._leave)

    def run(self, job: Callable[[], Summary]) -> Summary:
        """Do a job and show it until it is done and read.

        Args:
            job: what is done; it raises nothing.
        """
        worker = _Worker(job)
        worker.start()
        try:
            self._show(worker)
        except BaseException:
            self._cancel.set()
            raise
        finally:
            # Whatever became of the window, results are still being written.
            worker.join()
            self._let_go()
        if worker.summary is None:
            raise RuntimeError("the job gave no summary")
        return worker.summary

    def _show(self, worker: _Worker) -> None:
        try:
            show_centred(self.root)
            self._tick(worker)
            self.root.mainloop()
        except tk.TclError:
            _log.warning("the progress window is gone, the job goes on", exc_info=True)

    def _tick(self, worker: _Worker) -> None:
        # First of all, so that nothing that goes wrong below leaves a window that never ends.
        self.root.after(_POLL_MS, self._tick, worker)
        if not self._finished:
            running = worker.is_alive()
            self.progress.show(self._state.view())
            if not running:
                self._finish(worker.summary)
        if self._is_wanted():
            to_front(self.root)

    def _is_wanted(self) -> bool:
        try:
            return self._wants_front()
        except Exception:  # noqa: BLE001  # the job's end must be shown all the same
            _log.exception("cannot tell whether the window shall come to the front")
            self._wants_front = lambda: False
            return False

    def _finish(self, summary: Summary | None) -> None:
        self._finished = True
        if summary is None:
            self.root.quit()
        elif summary.needs_attention:
            self._show_summary(summary)
        else:
            self.progress.finish(summary.headline)
            self.root.after(self._close_after_ms, self.root.quit)

    def _show_summary(self, summary: Summary) -> None:
        self.progress.destroy()
        self.summary = SummaryPane(self.root, self._title, summary, self._leave)
        self.summary.pack(fill="both", expand=True)
        self.summary.take_keys(self.root)
        keep_on_screen(self.root)
        self.root.lift()

    def _leave(self, _event: object = None) -> None:
        """Stop the job or, if there is none any more, close the window."""
        if self._finished:
            self.root.quit()
            return
        self._cancel.set()
        self._state.stop()
        self.progress.stop()

    def _let_go(self) -> None:
        close_root(self.root)
        del self.root, self.progress, self.summary
        # Tk's objects must end in the thread that made them, wherever garbage is collected later.
        gc.collect()
