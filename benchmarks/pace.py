"""10,000 rows at 40 requests/s, against one request a row: `python benchmarks/pace.py`.

The sandbox answers in 0.5 s and has Amazon's burst of 10. The bound is 1.1 times what the
limit itself needs, plus 2 s, and not one 429.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.reconciliation import ReconciliationClient
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, SANDBOX_CREDENTIALS, Limit, Sandbox, SandboxOptions
from xlsx_addin.secrets import Credentials, Secret

ROWS, RATE_PER_S, BURST, LATENCY_S = 10_000, 40.0, 10.0, 0.5
LOOP_ROWS = 20


def main() -> None:
    limits = {INVOICES: Limit(RATE_PER_S, BURST)}
    with Sandbox(SandboxOptions(limits=limits, latency_s=LATENCY_S)) as sandbox:
        lines = sandbox.account.line_items(ROWS)
        with connected(sandbox) as client:
            _ask(client, lines)
        counts = client.counts
        took = counts.last_answer_at - counts.first_request_at
        # The burst goes at once, the rest at the rate, and the last answer takes its time.
        limit = (counts.requests - BURST) / RATE_PER_S + LATENCY_S
        print(f"{ROWS:,} rows: {counts.requests} requests, {counts.throttled} answers of 429")
        print(f"{took:.1f} s from first request to last answer")
        print(f"{limit:.1f} s is the limit's own time; bound {1.1 * limit + 2:.1f} s")

        with connected(sandbox) as client:
            _ask(client, lines[:1])  # the token is not counted
            began = time.perf_counter()
            for line in lines[1 : LOOP_ROWS + 1]:
                _ask(client, [line])
            a_row = (time.perf_counter() - began) / LOOP_ROWS
        print(f"one request a row, one after the other: {a_row * ROWS:,.0f} s (measured on")
        print(f"{LOOP_ROWS} rows), {a_row * ROWS / took:,.0f} times as long")


@contextmanager
def connected(sandbox: Sandbox) -> Iterator[ReconciliationClient]:
    known = SANDBOX_CREDENTIALS
    account = Account(
        sandbox.endpoint,
        sandbox.token_url,
        Credentials(known.client_id, Secret(known.client_secret), Secret(known.refresh_token)),
    )
    options = ClientOptions(rate_per_s=RATE_PER_S, burst=BURST)
    with closing(RequestsTransport(options)) as transport:
        yield ReconciliationClient(Session(account, transport=transport, options=options))


def _ask(client: ReconciliationClient, lines: Sequence[LineItem]) -> None:
    answered = sum(len(batch) for batch in client.ask(lines, threading.Event()))
    assert answered == len(lines)


if __name__ == "__main__":
    main()
