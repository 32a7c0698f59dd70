"""How the texts of a downloaded report look: American, German or Japanese."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta, timezone, tzinfo
from typing import Final

from xlsx_addin.sandbox.options import Region
from xlsx_addin.sandbox.purchases import PurchaseLine


@dataclass(frozen=True, slots=True)
class Style:
    """How a country writes.

    Args:
        day_format: of dates.
        decimal_comma: whether 1.234,50 is written instead of 1,234.50.
        signs: what stands before amounts of a currency.
        delimiter: between cells.
        headers: translations of headers; others stay English.
        leaves_tax_out: whether an item's total is without tax.
        zone: where the days of invoices are counted.
    """

    day_format: str
    decimal_comma: bool = False
    signs: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ","
    headers: Mapping[str, str] = field(default_factory=dict)
    leaves_tax_out: bool = False
    zone: tzinfo = UTC

    def day(self, day: date) -> str:
        """Write a day."""
        return day.strftime(self.day_format)

    def money_of(self, currency: str, decimals: int) -> Callable[[int], str]:
        """Give what writes amounts of a currency.

        Args:
            currency: ISO 4217.
            decimals: how many; amounts are in the smallest unit.
        """

        def write(amount: int) -> str:
            size = f"{abs(amount) / 10**decimals:,.{decimals}f}"
            if self.decimal_comma:
                size = size.translate(str.maketrans(",.", ".,"))
            return f"{'-' if amount < 0 else ''}{self.signs.get(currency, '')}{size}"

        return write

    def net_total(self, line: PurchaseLine) -> int:
        """Tell what the report calls the total of a line."""
        return line.total - line.tax if self.leaves_tax_out else line.total

    def protected(self, text: str) -> str:
        """Write a number so that spreadsheets take it for a text."""
        return text if text == "N/A" else f'="{text}"'

    def csv_text(self, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
        """Write a report as it is downloaded, with a BOM.

        Args:
            columns: the English headers in their order.
            rows: texts by English header; what is missing is ``N/A``.
        """
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow([self.headers.get(column, column) for column in columns])
        writer.writerows([row.get(column, "N/A") for column in columns] for row in rows)
        return f"\ufeff{stream.getvalue()}"


_GERMAN: Final = {
    "Order Date": "Bestelldatum",
    "Order ID": "Bestellnummer",
    "Account Group": "Kontogruppe",
    "Account User": "Kontobenutzer",
    "PO Number": "PO Nummer",
    "Invoice Status": "Rechnungsstatus",
    "Invoice Issue Date": "Ausstellungsdatum der Rechnung",
    "Invoice Due Date": "Fälligkeitsdatum der Rechnung",
    "Payment Reference ID": "Zahlungsreferenz-ID",
    "Payment Date": "Zahlungsdatum",
    "Payment Amount": "Zahlungsbetrag",
    "Payment Instrument Type": "Art des Zahlungsmittels",
    "Payment Identifier": "Zahlungskennzeichnung",
    "Item Tax": "Artikel-USt",
    "Item Net Total": "Summe (exkl. USt.)",
    "GL Code": "Hauptbuchkontonummer",
    "Department": "Abteilung",
    "Cost Center": "Kostenstelle",
    "Project Code": "Projektnummer",
    "Location": "Ort",
    "Transaction Date": "Transaktionsdatum",
    "Transaction Type": "Transaktionstyp",
}
"""Headers that were seen in real German reports."""

STYLES: Final[Mapping[Region, Style]] = {
    "na": Style("%m/%d/%Y", signs={"USD": "$"}),
    "eu": Style(
        "%d/%m/%Y", decimal_comma=True, delimiter=";", headers=_GERMAN, leaves_tax_out=True
    ),
    "jp": Style("%Y/%m/%d", signs={"JPY": "¥"}, zone=timezone(timedelta(hours=9))),
}
"""The style of each region's reports."""
