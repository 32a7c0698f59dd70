"""Checks are made one after the other, and none stands in the way of another."""

import threading

from xlsx_addin.doctor.check import Check, Health, ok, problem, run_checks, skipped
from xlsx_addin.errors import LocalError


def made(*looks, patience_s=5.0):
    checks = [Check(f"check {number}", look, patience_s) for number, look in enumerate(looks)]
    return [(one.finding.health, one.finding.message) for one in run_checks(checks)]


def test_findings_come_in_the_order_of_the_checks():
    assert made(lambda: ok("fine"), lambda: skipped("why"), lambda: problem("bad", "do")) == [
        (Health.OK, "fine"),
        (Health.SKIPPED, "why"),
        (Health.PROBLEM, "bad"),
    ]


def test_an_error_of_ours_is_a_problem_with_its_advice():
    def fail():
        raise LocalError("The disk is full.", next_step="Make room.")

    (checked,) = run_checks([Check("disk", fail)])
    assert checked.as_json() == {
        "name": "disk",
        "ok": False,
        "status": "problem",
        "message": "The disk is full.",
        "next_step": "Make room.",
    }


def test_an_unexpected_error_does_not_stop_the_others():
    def fail():
        raise ZeroDivisionError("oops")

    first, second = made(fail, lambda: ok("fine"))
    assert first == (Health.PROBLEM, "This could not be checked: ZeroDivisionError: oops.")
    assert second == (Health.OK, "fine")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    ((health, message),) = made(lambda: ok((tmp_path / "missing").read_text()))
    assert health is Health.PROBLEM
    assert message == f"{tmp_path / 'missing'} cannot be used: No such file or directory."


def test_a_check_that_hangs_is_left_to_itself():
    released = threading.Event()

    def hang():
        released.wait(60)
        return ok("late")

    try:
        first, second = made(hang, lambda: ok("fine"), patience_s=0.05)
    finally:
        released.set()
    assert first == (Health.PROBLEM, "This check had not ended after 0.05 s.")
    assert second == (Health.OK, "fine")


def test_what_was_skipped_is_no_problem():
    (checked,) = run_checks([Check("excel", lambda: skipped("There is none."))])
    assert checked.is_well
    assert checked.as_json()["status"] == "skipped"
