import pytest

from xlsx_addin.amazon.faults import FINAL_CODES
from xlsx_addin.amazon.verdicts import ends_run, failure_of, is_passing, lasting
from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import (
    AccessDenied,
    ConnectionFault,
    RequestRefused,
    ServerFault,
    SignInRefused,
    Throttled,
    UnreadableAnswer,
)


@pytest.mark.parametrize(
    ("error", "passing", "ending"),
    [
        (Throttled("."), True, False),
        (ServerFault("."), True, False),
        (UnreadableAnswer("."), True, False),
        (ConnectionFault("."), True, False),
        (RequestRefused("."), False, False),
        (AccessDenied("."), False, True),
        (SignInRefused("."), False, True),
        *((ConnectionFault(".", code=code), False, True) for code in sorted(FINAL_CODES)),
    ],
)
def test_an_error_passes_or_ends_the_run_or_concerns_its_lines_alone(
    error,
    passing: bool,
    ending: bool,
) -> None:
    assert is_passing(error) is passing
    assert ends_run(error) is ending


@pytest.mark.parametrize("error", [Throttled("Slow.", request_id="id-3"), ConnectionFault("Gone.")])
def test_trouble_that_lasts_ends_the_run_and_says_how_long_it_lasted(error) -> None:
    lasted = lasting(error, failures=5, seconds=31.4)
    assert type(lasted) is type(error)
    assert "5 times in a row within 31 s" in lasted.message
    assert ends_run(lasted)
    assert getattr(lasted, "request_id", "") == getattr(error, "request_id", "")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SignInRefused("."), Status.NOT_ALLOWED),
        (AccessDenied("."), Status.NOT_ALLOWED),
        (ServerFault("."), Status.FAILED),
        (ConnectionFault("."), Status.FAILED),
    ],
)
def test_a_line_is_not_allowed_or_failed(error, status: Status) -> None:
    assert failure_of(error).status is status


def test_a_failure_has_cause_advice_and_request_id() -> None:
    failure = failure_of(ServerFault("It broke.", next_step="Try later.", request_id="id-3"))
    assert failure.cause == "It broke. Try later. Amazon's request id: id-3."
    assert failure_of(ServerFault("It broke.")).cause == "It broke."
