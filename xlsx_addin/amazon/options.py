"""What can be tuned about asking Amazon, and the numbers that are right for nearly everybody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How one kind of trouble is borne while nothing else comes back.

    Args:
        in_a_row: failures in a row, whoever met them, after which one request at a time probes.
        patience_s: seconds without any success after which nobody goes on.
        uses_attempts: whether failures of probes use up the attempts of a call.
    """

    in_a_row: int
    patience_s: float
    uses_attempts: bool = False


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """The numbers of the API client.

    Args:
        connect_timeout_s: for a connection to be made.
        read_timeout_s: between two pieces of an answer.
        answer_timeout_s: for a whole answer.
        max_body_bytes: of an answer; a longer one is not read.
        rate_per_s: calls a second of the invoice operation until Amazon says otherwise.
        burst: calls at once from a full bucket.
        attempts: of one call, the first included.
        backoff_base_s: longest wait before the second attempt; doubles with each one.
        backoff_cap_s: longest wait before any attempt.
        retry_budget: repetitions that all calls share; successes earn them back.
        retry_earned: what a success earns.
        probe_base_s: longest wait before the first probe; doubles with each one.
        probe_cap_s: longest wait before any probe. Below 10 s, so that full speed is back
            10 s after the trouble ends, the answer to the probe included.
        retry_after_cap_s: longest wait that Amazon may ask for.
        throttled: what is borne of 429.
        connection: what is borne of failed connections.
        server: what is borne of 5xx and unreadable answers.
        max_workers: threads of one run.
        repeats_dates: whether the token of a further page of transactions is sent with the dates
            of its question.
        document_pace: how many times the documented rates the Document API may be asked at;
            more than 1 is for sandboxes that allow it.
        max_document_bytes: of a document once it is unpacked.
        grace_s: for requests in flight to be answered after a cancel; with what it takes to
            break them off, everything is idle within 2 s.
    """

    connect_timeout_s: float = 10.0
    read_timeout_s: float = 30.0
    answer_timeout_s: float = 60.0
    max_body_bytes: int = 32 * 1024 * 1024
    rate_per_s: float = 2.0
    burst: float = 10.0
    attempts: int = 5
    backoff_base_s: float = 1.0
    backoff_cap_s: float = 20.0
    retry_budget: float = 50.0
    retry_earned: float = 0.2
    probe_base_s: float = 2.0
    probe_cap_s: float = 9.5
    retry_after_cap_s: float = 600.0
    throttled: Tolerance = Tolerance(in_a_row=3, patience_s=900.0)
    connection: Tolerance = Tolerance(in_a_row=5, patience_s=30.0)
    server: Tolerance = Tolerance(in_a_row=10, patience_s=120.0, uses_attempts=True)
    max_workers: int = 64
    repeats_dates: bool = True
    document_pace: float = 1.0
    max_document_bytes: int = 64 * 1024 * 1024
    grace_s: float = 1.4
