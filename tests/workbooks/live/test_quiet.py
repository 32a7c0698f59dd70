"""Excel is as it was after a refresh, even after one whose process was killed."""

import json

import pytest

from tests.workbooks import books
from tests.workbooks.live.live_books import patient_gate
from xlsx_addin.workbooks.live.quiet import quiet

QUIET = {"screen_updating": False, "enable_events": False, "calculation": "manual"}
USUAL = {"screen_updating": True, "enable_events": True, "calculation": "automatic"}


@pytest.fixture
def app(memory_host, tmp_path):
    return memory_host.open(books.plain(tmp_path / "march.xlsx")).app


def settings(app):
    return {name: getattr(app, name) for name in USUAL}


def test_it_is_quiet_for_as_long_as_it_lasts(app, tmp_path):
    memo = tmp_path / "locks" / "excel.json"
    with quiet(app, patient_gate(), memo):
        assert settings(app) == QUIET
        assert json.loads(memo.read_text()) == USUAL
    assert settings(app) == USUAL
    assert not memo.exists()


def test_what_is_quiet_already_stays_so(app, tmp_path):
    app.calculation = "manual"
    with quiet(app, patient_gate(), tmp_path / "memo.json"):
        assert settings(app) == QUIET
    assert settings(app) == USUAL | {"calculation": "manual"}


def test_an_error_puts_all_back(app, tmp_path):
    memo = tmp_path / "memo.json"
    with pytest.raises(ZeroDivisionError), quiet(app, patient_gate(), memo):
        raise ZeroDivisionError
    assert settings(app) == USUAL
    assert not memo.exists()


def test_the_next_process_puts_back_what_a_killed_one_left(app, tmp_path):
    memo = tmp_path / "memo.json"
    killed = quiet(app, patient_gate(), memo)
    killed.__enter__()
    left = memo.read_text()
    # It never came to its end; only Excel and the file know of it.
    assert settings(app) == QUIET
    memo.write_text(left)
    with quiet(app, patient_gate(), memo):
        assert settings(app) == QUIET
    assert settings(app) == USUAL
    killed.__exit__(None, None, None)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"calculation": 3}', '{"visible": false}', '{"calculation": null}']
)
def test_a_memo_that_makes_no_sense_changes_nothing(app, tmp_path, content):
    memo = tmp_path / "memo.json"
    memo.write_text(content)
    with quiet(app, patient_gate(), memo):
        assert settings(app) == QUIET
    assert settings(app) == USUAL
    assert app.visible


def test_a_memo_that_cannot_be_written_holds_up_nothing(app, tmp_path):
    (tmp_path / "file").write_text("")
    with quiet(app, patient_gate(), tmp_path / "file" / "memo.json"):
        assert settings(app) == QUIET
    assert settings(app) == USUAL
