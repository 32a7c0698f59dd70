"""What is true about the payment of an invoice: made up from seed, region and its number alone.

As with line items nothing is stored, so any number that looks like one of the account's has an
answer; its due date follows from the date on which the invoice was issued.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from xlsx_addin.sandbox.details import TODAY, issued_at, timestamp
from xlsx_addin.sandbox.examples import Examples, load_examples
from xlsx_addin.sandbox.options import Region, SandboxOptions

Result = dict[str, Any]
"""One entry of `invoicePaymentDetailsResults` as it goes over the wire."""

_GROUPS: Final = "[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}"
_NUMBERS: Final[Mapping[Region, re.Pattern[str]]] = {
    "na": re.compile(_GROUPS),
    "eu": re.compile("(?:DE|FR|GB|IT|ES)[0-9A-Z]{9}"),
    "jp": re.compile(f"JP[0-9A-Z]{{10}}|{_GROUPS}"),
}
"""What invoice numbers of the account look like, consolidated ones too."""

_TERMS_D: Final = (30, 45, 60)


class Payments:
    """The payments of a made-up account.

    Args:
        options: whose seed, region, shares, overrides and switches shape them.
        examples: whose production invoices are known, None for the packaged.
    """

    def __init__(self, options: SandboxOptions, examples: Examples | None = None) -> None:
        self._options = options
        examples = examples or Examples(load_examples())
        entries = [entry["invoiceDetails"] for entry in examples.production_entries().values()]
        entries += [one for one in options.overrides.values() if not isinstance(one, str)]
        self._dates = {
            detail["invoiceNumber"]: detail["invoiceDate"]
            for details in entries
            for detail in details or ()
            if detail.get("invoiceNumber") and detail.get("invoiceDate")
        }

    def knows(self, number: str) -> bool:
        """Say whether an invoice is of this account's making, published or overridden."""
        options = self._options
        return (
            number in options.payments
            or number in self._dates
            or _NUMBERS[options.region].fullmatch(number) is not None
        )

    def truth(self, number: str) -> Result | None:
        """Tell what the sandbox answers about an invoice.

        Args:
            number: of any invoice that is not refused.

        Returns:
            Its result, None if it is left out.
        """
        options = self._options
        given = options.payments.get(number)
        if isinstance(given, Mapping):
            return _success(number, given)
        if given is not None:
            return None if given == "omit" else _error(number)
        if options.unknown_invoices != "answer" and not self.knows(number):
            return None if options.unknown_invoices == "omit" else _error(number)
        return _success(number, self._details(number))

    def _details(self, number: str) -> Mapping[str, str]:
        options, shares = self._options, self._options.shares
        key = (options.seed, options.region, "payment", number)
        dice = Random("\0".join(map(str, key)))  # made-up data
        known = self._dates.get(number)
        issued = datetime.fromisoformat(known) if known else issued_at(number)
        due = issued.replace(microsecond=0) + timedelta(days=dice.choice(_TERMS_D))
        chance = dice.random()
        if chance < shares.processing:
            status = "Payment Processing"
        elif due > TODAY:
            status = "Issued"
        else:
            status = "Past Due" if chance < shares.processing + shares.past_due else "Closed"
        return {"status": status, "dueDate": timestamp(due)}


def _success(number: str, details: Mapping[str, str]) -> Result:
    return {"invoiceId": number, "resultType": "SUCCESS", "paymentDetails": dict(details)}


def _error(number: str) -> Result:
    # As the derived example has it; Amazon's own words are not known.
    error = {"code": "NOT_FOUND", "message": "Invoice not found."}
    return {"invoiceId": number, "resultType": "ERROR", "error": error}
