"""How the sandbox behaves: its account, its limits, and a switch for each thing unknown.

What is not documented of Amazon's API is a switch here, so that a client can be tried with
every way it may turn out to be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from xlsx_addin.core.line_items import BATCH_SIZE, LineItem
from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.fault_files import load_fault_plan
from xlsx_addin.sandbox.faults import FaultPlan
from xlsx_addin.sandbox.limits import DOCUMENT_LIMITS, Limit, RateChange

Mode = Literal["data", "static"]
Region = Literal["na", "eu", "jp"]
Verdict = Literal["refuse", "omit", "empty", "null", "nulls"]
PaymentVerdict = Literal["refuse", "omit", "error"]
Detail = dict[str, Any]
"""One `invoiceDetails` entry as it goes over the wire."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an application signs in with.

    Args:
        client_id: of the application.
        client_secret: of the application.
        refresh_token: the customer's consent.
        code: the one-time code that may be exchanged for the refresh token.
    """

    client_id: str
    client_secret: str
    refresh_token: str
    code: str = ""


SANDBOX_CREDENTIALS: Final = Credentials(
    client_id="amzn1.application-oa2-client.sandbox",
    client_secret="sandbox-secret",  # noqa: S106  # opens nothing but this sandbox
    refresh_token="Atzr|sandbox",  # noqa: S106  # likewise
    code="sandbox-code",
)
"""What every sandbox accepts unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What share of a made-up account is out of the ordinary, each from 0 to 1.

    Args:
        without_invoice: shipments that have no invoice yet.
        second_invoice: shipments with two invoices.
        credit_memo: lines with a credit memo.
        not_consolidated: invoices of eu and jp outside a consolidated one.
        pending: invoices of eu and jp whose consolidated one does not exist yet.
        processing: invoices whose payment is being processed.
        past_due: invoices, of those whose due date has passed, that are not paid.
    """

    without_invoice: float = 0.08
    second_invoice: float = 0.04
    credit_memo: float = 0.04
    not_consolidated: float = 0.2
    pending: float = 0.08
    processing: float = 0.05
    past_due: float = 0.1


@dataclass(frozen=True, slots=True)
class Documents:
    """How documents are made and delivered.

    Args:
        queue_s: seconds that a report waits before it is worked on.
        progress_s: seconds that it is worked on.
        kept_s: seconds that a report is kept.
        address_s: seconds that the address of a document lives.
        wrapping: of the PDF when it is downloaded.
        without_pdf: share of documents there is no PDF of; their reports are cancelled.
        fatal: share of documents whose reports end with FATAL.
        fatal_reports: how many reports of such a document do, before one succeeds.
    """

    queue_s: float = 10.0
    progress_s: float = 20.0
    kept_s: float = 90 * 86_400.0
    address_s: float = 300.0
    wrapping: Literal["gzip+zip", "zip", "gzip", "plain"] = "gzip+zip"
    without_pdf: float = 0.01
    fatal: float = 0.01
    fatal_reports: int = 1


@dataclass(frozen=True, kw_only=True)
class SandboxOptions:
    """Everything that can be chosen; the defaults are the likeliest behaviour of Amazon.

    Args:
        mode: `data` makes up an account, `static` answers the published examples alone.
        region: whose fields the answers have.
        port: on loopback; 0 takes any free one.
        seed: another seed, another account.
        credentials: who may sign in.
        sign_in: whether the consent still stands and the application may sign in.
        roles: granted to the application; without one, calls that need it are denied.
        token_lifetime_s: seconds that an access token lives.
        returns_refresh_token: whether token answers repeat it.
        limits: by operation, in place of the documented ones.
        rate_changes: limits that change on the way; the last that applies counts.
        rate_header: whether successes carry `x-amzn-RateLimit-Limit`.
        latency_s: seconds before each answer.
        shares: what share of the account is out of the ordinary.
        overrides: for single lines, the exact details or how the line is treated.
        without_invoice: how a line without an invoice is answered: no entry, an empty list,
            null for the list, or one detail of nulls.
        unknown: how a line is answered that is not of the account's own making: made up all
            the same, no entry, one detail of nulls, or status 404 for the batch.
        payments: for single invoice numbers, the exact payment details or how the number is
            treated.
        unknown_invoices: how an invoice number is answered that does not look like one of the
            account's: with an error of its own, made up all the same, or not at all.
        pending_asks: how often a pending line is asked before its number is there; None keeps
            it pending.
        max_line_items: in one request; invoice numbers likewise.
        names_refused: whether the details of a 400 name the line or invoice at fault.
        entry_order: of the entries of an answer, compared with the request.
        extra_entries: in each answer, for lines that nobody asked about.
        repeated_entries: in each answer.
        transactions_per_page: of getTransactions.
        continuation: whether a page token may come with the dates of its query, alone, or
            either way.
        last_page_says: what the last page has for a token: no such member, null, or an
            empty text.
        refund_sign: of the amounts of a refund.
        documents: how PDFs are made and delivered.
        faults: the fault plan.
    """

    mode: Mode = "data"
    region: Region = "na"
    port: int = 0
    seed: int = 1
    credentials: Sequence[Credentials] = (SANDBOX_CREDENTIALS,)
    sign_in: Literal["granted", "revoked", "not-authorised"] = "granted"
    roles: frozenset[str] = frozenset({names.RECONCILIATION_ROLE})
    token_lifetime_s: int = 3600
    returns_refresh_token: bool = True
    limits: Mapping[str, Limit] = field(default_factory=dict)
    rate_changes: Sequence[RateChange] = ()
    rate_header: bool = True
    latency_s: float = 0.0
    shares: Shares = field(default_factory=Shares)
    overrides: Mapping[LineItem, Sequence[Detail] | Verdict] = field(default_factory=dict)
    without_invoice: Literal["omit", "empty", "null", "nulls"] = "nulls"
    unknown: Literal["answer", "omit", "nulls", "404"] = "answer"
    payments: Mapping[str, Mapping[str, str] | PaymentVerdict] = field(default_factory=dict)
    unknown_invoices: Literal["error", "answer", "omit"] = "error"
    pending_asks: int | None = None
    max_line_items: int = BATCH_SIZE
    names_refused: bool = True
    entry_order: Literal["asked", "reversed", "shuffled"] = "reversed"
    extra_entries: int = 0
    repeated_entries: int = 0
    transactions_per_page: int = 50
    continuation: Literal["any", "with-dates", "alone"] = "any"
    last_page_says: Literal["nothing", "null", "empty"] = "nothing"
    refund_sign: Literal["negative", "positive"] = "negative"
    documents: Documents = field(default_factory=Documents)
    faults: FaultPlan = field(default_factory=FaultPlan)

    def with_documents_faster(self, factor: float) -> "SandboxOptions":
        """Deliver documents faster than Amazon: greater limits, shorter waits.

        Args:
            factor: how many times.
        """
        limits = {
            name: Limit(limit.rate_per_s * factor, limit.burst * factor)
            for name, limit in DOCUMENT_LIMITS.items()
        }
        documents = replace(
            self.documents,
            queue_s=self.documents.queue_s / factor,
            progress_s=self.documents.progress_s / factor,
        )
        return replace(self, limits={**limits, **self.limits}, documents=documents)

    def __post_init__(self) -> None:
        for name, allowed in (("mode", get_args(Mode)), ("region", get_args(Region))):
            value = getattr(self, name)
            if value not in allowed:
                raise SettingError(
                    f"The sandbox has no {name} {value!r}.",
                    next_step=f"Choose one of {', '.join(allowed)}.",
                )


def options_from_arguments(
    *, port: int = 0, region: Region = "na", faults: Path | None = None
) -> SandboxOptions:
    """Make options from the arguments of the command line.

    Args:
        port: on loopback; 0 takes any free one.
        region: whose fields the answers have.
        faults: a fault plan in TOML, None for none.

    Returns:
        The options.

    Raises:
        SettingError: there is no such region, or the fault plan cannot be read.
    """
    plan = FaultPlan() if faults is None else load_fault_plan(faults)
    return SandboxOptions(port=port, region=region, faults=plan)
