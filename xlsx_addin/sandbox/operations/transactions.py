"""getTransactions: charges and refunds of a range of feed dates, page by page.

Source: `docs/api.md`. The refusal of a date is published; other refusals use its code with a
text of the sandbox's own. Not known, and chosen here: the range holds its start and not its end,
and the page size.
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final, NamedTuple

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.charges import Charges
from xlsx_addin.sandbox.entries import disturb
from xlsx_addin.sandbox.limits import Limit
from xlsx_addin.sandbox.messages import Answer, Refused, Request, error_answer, json_answer
from xlsx_addin.sandbox.operations.base import Call, World

_REFUSED: Final = "INVALID_REQUEST_PARAMETER"
_TOKEN: Final = "nextPageToken"  # noqa: S105  # the name of a parameter
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class _Page(NamedTuple):
    """What a call asks for.

    Args:
        start: first moment, as it was written.
        end: the moment after the last, as it was written.
        first: number of the first transaction, from 0.
    """

    start: str
    end: str
    first: int = 0


class TransactionOperation:
    """Answers with the transactions of a range."""

    name: ClassVar[str] = names.TRANSACTIONS
    route: ClassVar[re.Pattern[str]] = re.compile("GET /reconciliation/2021-01-08/transactions")
    role: ClassVar[str | None] = names.RECONCILIATION_ROLE
    limit: ClassVar[Limit | None] = Limit(rate_per_s=2, burst=10)

    def __init__(self, world: World) -> None:
        self._options = world.options
        self._charges = Charges(world.account, world.purchases, world.options)

    def line_items(self, request: Request) -> tuple[LineItem, ...]:  # noqa: ARG002  # a contract
        """Return nothing: a range of dates is asked for."""
        return ()

    def answer(self, call: Call) -> Answer:
        """Answer with a page, and with the token of the next one if there is more."""
        page = self._read(call.request.query)
        found = self._charges.between(_moment(page.start), _moment(page.end))
        last = page.first + self._options.transactions_per_page
        entries: list[object] = list(found[page.first : last])
        if call.strike:
            rule, dice = call.strike
            entries = disturb(entries, rule.kind, rule.entries, dice)
        payload: dict[str, object] = {"transactions": entries}
        if last < len(found):
            payload[_TOKEN] = _token(page._replace(first=last))
        elif self._options.last_page_says != "nothing":
            payload[_TOKEN] = None if self._options.last_page_says == "null" else ""
        return json_answer(200, payload)

    def _read(self, query: Mapping[str, str]) -> _Page:
        token, has_dates = query.get(_TOKEN), "feedStartDate" in query or "feedEndDate" in query
        wanted = self._options.continuation
        if token and not has_dates and wanted != "with-dates":
            return _of_token(token)
        page = _Page(_date(query, "feedStartDate"), _date(query, "feedEndDate"))
        if _moment(page.end) < _moment(page.start):
            raise _refusal("feedEndDate must not be before feedStartDate.")
        if not token:
            return page
        if wanted == "alone":
            raise _refusal("nextPageToken must be the only parameter.")
        of_token = _of_token(token)
        if of_token._replace(first=0) != page:
            raise _refusal("The nextPageToken belongs to another query.")
        return of_token


def _date(query: Mapping[str, str], name: str) -> str:
    text = query.get(name)
    if not text:
        raise _refusal(f"{name} is required.")
    try:
        _moment(text)
    except ValueError:
        words = f"Input date [{text}] is not in the expected ISO8601 format."
        raise _refusal(words) from None
    return text


def _moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _token(page: _Page) -> str:
    return base64.urlsafe_b64encode(json.dumps(page).encode()).decode()


def _of_token(token: str) -> _Page:
    try:
        start, end, first = json.loads(base64.urlsafe_b64decode(token.encode()))
        _moment(start), _moment(end)
        return _Page(start, end, max(0, int(first)))
    except (ValueError, TypeError):
        raise _refusal("The nextPageToken is not valid.") from None


def _refusal(message: str) -> Refused:
    return Refused(error_answer(400, _REFUSED, message))
