"""The invoices of order line items, from Amazon Business' Reconciliation API."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from xlsx_addin.amazon.asking import Asking, More, Results
from xlsx_addin.amazon.counts import Counts
from xlsx_addin.amazon.errors import unreadable
from xlsx_addin.amazon.funnel import Operation, Question
from xlsx_addin.amazon.session import Session
from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.amazon.verdicts import failure_of
from xlsx_addin.core.answers import Answer, Unreadable, read_answers
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.errors import RequestRefused

INVOICES: Final = Operation(
    "getInvoiceDetailsByOrderLineItems", "POST", "/reconciliation/2021-01-08/invoices"
)


class ReconciliationClient:
    """Asks Amazon for the invoices of order line items; any number of threads may use it.

    Args:
        session: the account's way to Amazon; the rate of this operation is one of its options.
    """

    def __init__(self, session: Session) -> None:
        options = session.options
        self._session = session
        self._funnel = session.funnel(
            replace(INVOICES, rate_per_s=options.rate_per_s, burst=options.burst)
        )

    @property
    def counts(self) -> Counts:
        """What asking has cost so far, over all runs of this client."""
        return self._funnel.counts

    def try_asking(self, line_item: LineItem, cancel: threading.Event) -> None:
        """Ask about one line item only to see whether we may ask; the answer does not matter.

        Args:
            line_item: any, a made-up one too: a refusal of it says that we may ask.
            cancel: ends all waiting.

        Raises:
            SignInRefused, AccessDenied: nobody may ask.
            Throttled, ServerFault, UnreadableAnswer, ConnectionFault: repetitions are used up.
        """
        with suppress(RequestRefused):
            self._ask_batch([line_item], cancel, lambda: None)

    def ask(
        self, line_items: Sequence[LineItem], cancel: threading.Event
    ) -> Generator[Results, None, None]:
        """Ask about line items; every one of them comes back exactly once, whatever happens.

        Args:
            line_items: distinct valid line items.
            cancel: set by whoever wants it to stop; what is not answered then is `Cancelled`.

        Yields:
            Answers and failures, as soon as they come. Close the generator if you leave it
            before its end: its worker threads end then.
        """
        return self._asking(line_items, cancel).results()

    def ask_as_they_come(
        self, more: More, cancel: threading.Event
    ) -> Generator[Results, None, None]:
        """Ask about line items that are not known beforehand, otherwise like `ask`.

        Args:
            more: gives them; see `More`.
            cancel: set by whoever wants it to stop.

        Yields:
            Answers and failures of all that `more` gave. It ends when `more` gives nothing, or
            with a verdict that holds for everybody.
        """
        return self._asking((), cancel, more).results()

    def _asking(
        self, line_items: Sequence[LineItem], cancel: threading.Event, more: More | None = None
    ) -> Asking:
        return Asking(
            self._ask_batch,
            line_items,
            cancel,
            clock=self._session.clock,
            options=self._session.options,
            interrupt=self._session.transport.interrupt,
            more=more,
        )

    def _ask_batch(
        self,
        line_items: Sequence[LineItem],
        cancel: threading.Event,
        sending: Callable[[], None],
    ) -> Results:
        payload = {
            "orderLineItems": [
                {
                    "orderId": line.order_id,
                    "orderLineItemId": line.order_line_item_id,
                    "shipmentId": line.shipment_id,
                }
                for line in line_items
            ]
        }
        read = partial(_read, line_items)
        return self._funnel.call(Question(payload), read, cancel=cancel, sending=sending)


def _read(line_items: Sequence[LineItem], response: HttpResponse) -> Results:
    """Read the answer to a batch.

    Raises:
        UnreadableAnswer: there is nothing to be read in it.
    """
    try:
        body = response.json()
    except ValueError:
        raise unreadable("it is not JSON", response) from None
    answers = read_answers(line_items, body)
    if isinstance(answers, Unreadable):
        raise unreadable(answers.cause, response)
    return {line: _result(answer, response) for line, answer in answers.items()}


def _result(answer: Answer | Unreadable, response: HttpResponse) -> Answer | Failure:
    if isinstance(answer, Unreadable):
        return failure_of(unreadable(answer.cause, response))
    return answer
