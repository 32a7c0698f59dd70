"""Does the steps of the self-test, one after the other, each within its time."""

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from xlsx_addin.doctor.check import Finding, Health, of_error, problem, skipped
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.excel.selftest.contract import NotHere
from xlsx_addin.excel.selftest.trial import Step, Trial
from xlsx_addin.workbooks.live.attach import let_thread_call_excel

_log = logging.getLogger(__name__)

_LOOK_S: Final = 0.25
"""Seconds between looks: Windows delivers Ctrl-C between waits only."""

_FAILING_S: Final = 5.0
"""Seconds in which the calls of a step fail whose Excel was ended."""

Keep = Callable[[Step], None]
"""Keeps evidence of how things are after a step; called where Excel may be called."""


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was done or left out.

    Args:
        step: the step.
        finding: what was seen.
        seconds: how long it took.
    """

    step: Step
    finding: Finding
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether something has to be done about it."""
        return self.finding.health is Health.PROBLEM

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        health = "failed" if self.failed else self.finding.health.value
        return {
            "step": self.step.name,
            "status": health,
            "seen": self.finding.message,
            "next_step": self.finding.next_step,
            "seconds": round(self.seconds, 1),
        }


class _OneThread:
    """Does one thing after the other in one thread: Excel's objects are good for theirs alone."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], Finding]] = queue.SimpleQueue()
        self._found: queue.SimpleQueue[Finding] = queue.SimpleQueue()
        # A daemon: a call into Excel that never returns must not keep the program.
        threading.Thread(target=self._do_all, name="selftest", daemon=True).start()

    def _do_all(self) -> None:
        let_thread_call_excel()
        while True:
            self._found.put(self._work.get()())

    def begin(self, work: Callable[[], Finding]) -> None:
        """Begin to do something; `end` gives what it finds."""
        self._work.put(work)

    def end(self, seconds: float, clock: Callable[[], float]) -> Finding | None:
        """Give what was found; None if it takes longer."""
        deadline = clock() + seconds
        while (left := deadline - clock()) > 0:
            try:
                return self._found.get(timeout=min(left, _LOOK_S))
            except queue.Empty:
                continue
        return None


def run_steps(steps: Iterable[Step], trial: Trial, keep: Keep) -> Iterator[Done]:
    """Do steps; what failed lets only those be left out that need it.

    Args:
        steps: in their order.
        trial: what they work with.
        keep: keeps evidence after each step.

    Yields:
        Each as soon as it is done.
    """
    thread, seen, ended = _OneThread(), dict[str, Health](), ""
    for step in steps:
        why = "" if step.closes else ended or _missing(step, seen)
        if why:
            seen[step.name] = Health.SKIPPED
            yield Done(step, skipped(why))
            continue
        began = trial.waiting.clock()
        thread.begin(_whole(step, trial, keep))
        finding = thread.end(step.limit_s, trial.waiting.clock)
        if finding is None:
            finding = _hanging(step, trial)
            # Its calls fail now that Excel is gone, which it logs.
            thread.end(_FAILING_S, trial.waiting.clock)
            thread = _OneThread()
            ended = f"Excel was ended, because the step {step.name} hung."
        seen[step.name] = finding.health
        yield Done(step, finding, trial.waiting.clock() - began)


def _missing(step: Step, seen: Mapping[str, Health]) -> str:
    for name in step.needs:
        health = seen.get(name, Health.SKIPPED)
        if health is not Health.OK:
            word = "failed" if health is Health.PROBLEM else "was skipped"
            return f"It needs the step {name}, which {word}."
    return ""


def _whole(step: Step, trial: Trial, keep: Keep) -> Callable[[], Finding]:
    def whole() -> Finding:
        finding = _done(step, trial)
        _log.info("%s: %s: %s", step.name, finding.health.value, finding.message)
        if finding.health is not Health.SKIPPED:
            try:
                keep(step)
            except Exception:  # noqa: BLE001  # a copy that cannot be made is no failure of the add-in
                _log.exception("no evidence of the step %s", step.name)
        return finding

    return whole


def _done(step: Step, trial: Trial) -> Finding:
    try:
        return step.do(trial)
    except NotHere as reason:
        return skipped(str(reason))
    except XlsxAddinError as error:
        return of_error(error)
    except Exception as error:  # noqa: BLE001  # one step must not end the others
        _log.exception("the step %s broke off", step.name)
        return problem(
            f"It broke off: {type(error).__name__}: {error}.",
            "Please report it with the folder of the self-test.",
        )


def _hanging(step: Step, trial: Trial) -> Finding:
    """End Excel, after a look at what it may be waiting for."""
    questions = trial.excel.questions()
    _log.error("%s: hangs; %s", step.name, questions or "no dialog is open")
    trial.excel.kill()
    asked = " A window waits for an answer: " + " / ".join(questions) if questions else ""
    return problem(
        f"It had not ended after {step.limit_s:g} s, so Excel of the self-test was ended.{asked}",
        "Start Excel once by hand and answer what it asks, then run the self-test again."
        if questions
        else f"Look at the log in the folder. {trial.log()}",
    )
