"""Self-tests on the host in memory, whole or in single steps."""

import json
import threading
from contextlib import ExitStack

import pytest

from tests.excel.selftest.memory_excel import MemoryExcel
from tests.hosts.fixtures import memory_host
from xlsx_addin.excel.selftest.choosing import Choice
from xlsx_addin.excel.selftest.self_test import self_test
from xlsx_addin.excel.selftest.trial import Limits

__all__ = ["memory_host"]

ENOUGH = Limits(patience_s=60.0, idle_s=20.0, formula_wait_s=60.0)
"""For computers that do other things, too."""


class Result:
    """What a self-test came to."""

    def __init__(self, done, folder, excel, result):
        self.done = {one.step.name: one for one in done}
        self.folder = folder
        self.excel = excel
        self.json = result

    def __getitem__(self, name):
        return self.done[name].finding

    @property
    def failed(self):
        return [name for name, one in self.done.items() if one.failed]

    @property
    def words(self):
        return {name: one.finding.health.value for name, one in self.done.items()}


@pytest.fixture
def run(memory_host, tmp_path, monkeypatch):  # the fixture
    """Run a self-test on an Excel in memory, or another one."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    def run(make=MemoryExcel, *, steps=None, limits=ENOUGH, to=None):
        made = []

        def choose(bench, waiting):
            made.append(make(memory_host, bench, waiting))
            return made[0]

        folder = to or tmp_path / "evidence"
        with ExitStack() as stack:
            test = stack.enter_context(
                self_test(folder, choice=Choice(choose), steps=steps, limits=limits)
            )
            done = list(test.run())
            result = test.result()
        assert not made[0].bench.folder.exists()
        assert not [one for one in threading.enumerate() if one.name == "sandbox"]
        assert json.loads((folder / "result.json").read_text()) == result
        return Result(done, folder, made[0], result)

    run.limits = ENOUGH
    return run
