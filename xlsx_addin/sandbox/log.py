"""The request log: what was asked, by which connection, and with which status it ended."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from xlsx_addin.core.line_items import LineItem


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request, or one refused connection.

    Args:
        time_s: when it came, in seconds since the sandbox started.
        operation: its name in the API's description, `unlisted` if it has none,
            `connection` if the connection itself was refused.
        status: of the answer, 0 if the connection was cut instead.
        line_items: the line items asked about, in order.
        request_id: the `x-amzn-RequestId` of the answer.
        connection: the number of its connection, counted from 1.
        fault: the kind of fault that the plan put in its way, empty if none.
    """

    time_s: float
    operation: str
    status: int
    line_items: tuple[LineItem, ...]
    request_id: str
    connection: int
    fault: str = ""


class RequestLog:
    """All records so far; safe to read from any thread while the sandbox runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: list[RequestRecord] = []

    def append(self, record: RequestRecord) -> None:
        """Add a record."""
        with self._lock:
            self._records.append(record)

    def clear(self) -> None:
        """Forget all records; request numbers of a fault plan go on counting."""
        with self._lock:
            self._records.clear()

    def records(self, operation: str | None = None) -> tuple[RequestRecord, ...]:
        """Copy the records, of one operation or of all."""
        with self._lock:
            records = tuple(self._records)
        return tuple(
            record for record in records if operation is None or record.operation == operation
        )

    def count(self, operation: str | None = None, status: int | None = None) -> int:
        """Count the records of an operation and status, None standing for any."""
        return sum(status is None or record.status == status for record in self.records(operation))

    def statuses(self, operation: str | None = None) -> Counter[int]:
        """Count the records by status."""
        return Counter(record.status for record in self.records(operation))

    def line_items(self) -> Counter[LineItem]:
        """Count how often each line item was asked about."""
        return Counter(line for record in self.records() for line in record.line_items)

    def __len__(self) -> int:
        with self._lock:
            return len(self._records)

    def __iter__(self) -> Iterator[RequestRecord]:
        return iter(self.records())
