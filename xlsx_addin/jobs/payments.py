"""Payments: invoice numbers in, their payment status and due date beside them, workbook out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xlsx_addin.core.cells import cell_text, is_blank
from xlsx_addin.core.data_rows import says_total
from xlsx_addin.core.fields import Field
from xlsx_addin.core.filling import FilledColumns, FilledValue, Wish
from xlsx_addin.core.headers import RESULT_NAMES
from xlsx_addin.core.invoice_numbers import BadNumber, read_invoice_numbers
from xlsx_addin.core.judging import SEPARATOR
from xlsx_addin.core.outcomes import Failure, ResultField, Status
from xlsx_addin.core.payment_rows import (
    OWN_WORDS,
    WORDS,
    Payment,
    join_payments,
    judge_bad_number,
    judge_payment,
    judge_unanswered,
    must_ask,
)
from xlsx_addin.jobs.asking import Asked, ask_payments
from xlsx_addin.jobs.book import RESUME_WITHIN_S
from xlsx_addin.jobs.data_ranges import DataRange, Sought, find_data_range
from xlsx_addin.jobs.filling import FilledIn, Filling, Saving, fill_in
from xlsx_addin.jobs.payment_report import PaymentsReport
from xlsx_addin.jobs.recording import Recording, recorded
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.workbooks.contract import ColumnKind

INVOICE: Final = Field("Invoice Number", RESULT_NAMES[ResultField.INVOICE_NUMBER])
STATUS: Final = Field("Payment Status", width=20)
DUE_DATE: Final = Field("Payment Due Date", width=18)
MESSAGE: Final = Field("Payment Message", width=60)

_COLUMNS: Final = FilledColumns((STATUS, DUE_DATE, MESSAGE), STATUS, MESSAGE, WORDS, OWN_WORDS)
_KINDS: Final = {
    STATUS: ColumnKind.TEXT,
    DUE_DATE: ColumnKind.DATE,
    MESSAGE: ColumnKind.TEXT,
}
PAYMENTS: Final = "payments"
"""The kind of these runs on record."""

_POLICIES: Final = {False: "missing", True: "all"}
"""The names of policies on record, by whether every invoice is asked about."""

_ROUNDS_FOR_ADDED: Final = 2
"""How often invoices are asked about that came into an open workbook meanwhile."""

_UNANSWERED: Final = Failure(
    Status.FAILED, "This invoice was not answered: try again, and report it if it persists."
)

Numbers = tuple[str | BadNumber, ...]


@dataclass(frozen=True, slots=True)
class PaymentOptions:
    """What a user can choose for payments.

    Args:
        sheet: the sheet with the invoice numbers, None to look for it.
        table: the table with them, None to look for it.
        column: the header of their column, None for the usual ones.
        ask_all: ask about every invoice, closed ones too.
        saving: how the result is saved.
    """

    sheet: str | None = None
    table: str | None = None
    column: str | None = None
    ask_all: bool = False
    saving: Saving = field(default_factory=Saving)

    @property
    def invoice(self) -> Field:
        """The field of the invoice numbers."""
        return INVOICE if self.column is None else Field(self.column)

    @property
    def sought(self) -> Sought:
        """The data that is filled in."""
        fields = (self.invoice, *_COLUMNS.fields)
        return Sought(
            fields,
            (self.invoice,),
            "invoice numbers",
            self.sheet,
            self.table,
            _COLUMNS.fields,
            "Refresh the sheet first, name the header of the column with --column HEADER",
            "no-invoice-numbers",
        )


def payments(
    path: Path, options: PaymentOptions, tools: JobTools, workbooks: WorkbookTools
) -> PaymentsReport:
    """Fill in the payment status and due date of the invoices of a workbook.

    Args:
        path: the workbook.
        options: what the user chose.
        tools: what it works with.
        workbooks: what it handles workbooks with.

    Returns:
        What happened.

    Raises:
        InputError: the workbook or its sheet cannot be used.
        SettingError: the sign-in is not set up.
        LocalError: the workbook is busy or cannot be saved; what was answered is kept.
        StoreError: answers cannot be kept.
    """
    report, began = PaymentsReport(path), tools.now()
    work = _PaymentRun(options, tools, report)
    if options.saving.dry_run:
        work.go(workbooks, None)
    else:
        policy = _POLICIES[options.ask_all]
        key = workbooks.key(path)
        with recorded(tools, PAYMENTS, path, book=key, policy=policy) as run:
            try:
                work.go(workbooks, run)
            finally:
                run.counts |= report.counts
    report.seconds = max(0.0, tools.now() - began)
    report.interrupted = tools.cancel.is_set()
    return report


class _PaymentRun:
    """One run over one workbook: what is asked, and what its rows get."""

    def __init__(self, options: PaymentOptions, tools: JobTools, report: PaymentsReport) -> None:
        self._options = options
        self._tools = tools
        self._report = report
        self._resumed_since: float | None = None
        self._payments: dict[str, Payment] = {}
        self._added: dict[str, None] = {}

    def go(self, workbooks: WorkbookTools, run: Recording | None) -> None:
        """Read, ask and write.

        Args:
            workbooks: what workbooks are handled with.
            run: its record, None for a dry run.
        """
        path, options = self._report.path, self._options
        with ExitStack() as stack:
            stack.enter_context(workbooks.lock(path))
            workbook = stack.enter_context(workbooks.open(path))
            if run is not None:
                workbooks.check(path, options.saving.output)
            data = find_data_range(workbook, options.sought)
            self._report.sheet, book = data.sheet, f"{workbooks.key(path)}\n{data.sheet}"
            self._resumed_since = self._since(book)
            if run is None:
                self._show(data)
            else:
                run.place(book, data.sheet)
                self._fill(data)

    def _since(self, book: str) -> float | None:
        """Tell since when answers count as known, because a run of the sheet did not end."""
        ask_all = self._options.ask_all
        policy = _POLICIES[ask_all] if ask_all else None
        since = self._tools.store.unfinished_since(book, policy, kind=PAYMENTS)
        return None if since is None else max(since, self._tools.now() - RESUME_WITHIN_S)

    def _show(self, data: DataRange) -> None:
        """Say what would be asked, and what would be written from known answers."""
        invoices = self._invoices(data)
        to_ask = self._plan(invoices)
        self._report.would_ask = len(to_ask)
        asked = set(to_ask)
        self._take_in([one for one in invoices if one not in asked], {})
        self._write(data)

    def _fill(self, data: DataRange) -> None:
        """Fill in; what came into an open workbook meanwhile is asked about, too."""
        invoices = self._invoices(data)
        self._take_in(invoices, self._ask(self._plan(invoices)))
        self._write(data)
        for _ in range(_ROUNDS_FOR_ADDED):
            if self._added and not self._tools.cancel.is_set():
                invoices = list(self._added)
                self._take_in(invoices, self._ask(self._plan(invoices)))
                self._write(data)

    def _invoices(self, data: DataRange) -> list[str]:
        return list(dict.fromkeys(_valid(self._read(data))))

    def _plan(self, invoices: Sequence[str]) -> list[str]:
        """List the invoices that have to be asked about, in the order of the sheet."""
        tools = self._tools
        known, now = tools.store.known_payments(tools.account, invoices), tools.now()
        to_ask = [
            one
            for one in invoices
            if must_ask(
                known.get(one),
                ask_all=self._options.ask_all,
                now=now,
                resumed_since=self._resumed_since,
            )
        ]
        self._report.invoices += len(invoices)
        self._report.known += len(invoices) - len(to_ask)
        return to_ask

    def _ask(self, invoices: Sequence[str]) -> Mapping[str, Failure]:
        report, asked = self._report, Asked[str]()
        try:
            ask_payments(asked, invoices, self._tools)
        finally:
            report.requests += asked.requests
            report.retries += asked.retries
            report.throttled += asked.throttled
            report.answered += asked.answered
        causes = Counter(failure.cause for failure in asked.failures.values())
        report.cause = causes.most_common(1)[0][0] if causes else report.cause
        return asked.failures

    def _take_in(self, invoices: Sequence[str], failures: Mapping[str, Failure]) -> None:
        """Tell what each invoice comes to; every one of them gets something."""
        tools = self._tools
        known = tools.store.known_payments(tools.account, invoices)
        for one in invoices:
            failure = failures.get(one)
            if failure is None and one in known:
                self._payments[one] = judge_payment(known[one].answer, tools.zone)
            else:
                failure = failure or _UNANSWERED
                self._payments[one] = judge_unanswered(failure, known.get(one), tools.zone)

    def _write(self, data: DataRange) -> None:
        options, report = self._options, self._report
        filling = Filling(options.sought, _COLUMNS, _KINDS, (options.invoice,), self._wishes)
        done: FilledIn = fill_in(data, filling, options.saving, self._tools)
        report.changed += done.changed
        report.kept, report.output = done.kept, done.output
        report.backup = report.backup or done.backup

    def _read(self, data: DataRange) -> list[Numbers]:
        """Read the invoice numbers of each row."""
        invoice = self._options.invoice
        read: dict[object, Numbers] = {}
        numbers: list[Numbers] = []
        for cell in data.read([invoice])[invoice]:
            # Sheets name most of their invoices many times.
            key = (type(cell), cell)
            if key not in read:
                read[key] = read_invoice_numbers(cell)
            numbers.append(read[key])
        return numbers

    def _wishes(self, data: DataRange) -> list[Wish | None]:
        """Tell what each row should show; rows of invoices that came meanwhile stay."""
        rows, report = self._read(data), self._report
        made: dict[Numbers, Wish | None] = {}
        self._added = {}
        for numbers in rows:
            if numbers not in made:
                unknown = [one for one in _valid([numbers]) if one not in self._payments]
                self._added.update(dict.fromkeys(unknown))
                made[numbers] = None if unknown or not numbers else self._wish(numbers)
        wishes = [made[numbers] for numbers in rows]
        report.rows = sum(1 for numbers in rows if numbers)
        report.without_number = _count_without_number(data, rows)
        report.statuses = Counter(str(wish.values[STATUS]) for wish in wishes if wish)
        report.added = 0 if self._options.saving.dry_run else len(self._added)
        return wishes

    def _wish(self, numbers: Numbers) -> Wish:
        payment = join_payments({_name(one): self._payment(one) for one in numbers})
        values: dict[Field, FilledValue] = {
            STATUS: payment.status,
            DUE_DATE: payment.due,
            MESSAGE: payment.message,
        }
        if payment.keeps_due:
            del values[DUE_DATE]
        return Wish(cell_text(SEPARATOR.join(map(_name, numbers))), values)

    def _payment(self, number: str | BadNumber) -> Payment:
        if isinstance(number, BadNumber):
            return judge_bad_number(number)
        return self._payments[number]


def _valid(rows: Iterable[Numbers]) -> Iterator[str]:
    return (one for numbers in rows for one in numbers if isinstance(one, str))


def _name(number: str | BadNumber) -> str:
    return number.text if isinstance(number, BadNumber) else number


def _count_without_number(data: DataRange, rows: Sequence[Numbers]) -> int:
    """Count the rows with something in the first column, but without an invoice number."""
    if not rows:
        return 0
    first, last = data.first_row, data.last_row
    column = data.region[0]
    left = data.workbook.columns(data.sheet, [column], first_row=first, last_row=last)[column]
    return sum(
        not numbers and not is_blank(cell) and not says_total(cell)
        for numbers, cell in zip(rows, left, strict=True)
    )
