"""The reports that Amazon Business offers for download, known by their headers.

None of them has the order line item ID or the shipment ID, so the finding "column missing" is
better said as "this is the Orders report". Source: headers of real downloads in English, German
and Czech. Order and number of their columns vary, and single headers stay English in German
files; therefore a report is told by a number of its headers, not by all of them.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from xlsx_addin.core.headers import compact


class Report(NamedTuple):
    """A report that Amazon Business offers for download.

    Args:
        name: what Amazon calls it.
        marks: headers that tell it from other sheets, compacted, in English.
        enough: how many of them must be there.
    """

    name: str
    marks: frozenset[str]
    enough: int

    @property
    def hint(self) -> str:
        """Say what the report lacks and how to get it."""
        return (
            f"This is Amazon's {self.name}: it has no order line item ID and no shipment ID."
            " Run `xlsx-addin add-ids` on this workbook to fill them in, then refresh again."
        )


_SHIPMENTS: Final = Report(
    "Shipments report",
    frozenset(
        {"shipmentdate", "shipmentstatus", "carriertrackingno", "shipmentquantity"}
        | {"shipmentsubtotal", "shipmenttax", "shipmentnettotal", "carriername"}
    ),
    enough=4,
)
_ORDERS: Final = Report(
    "Orders report",
    frozenset(
        {"orderquantity", "ordersubtotal", "ordernettotal", "orderstatus", "accountgroup"}
        | {"accountuser", "accountuseremail", "invoicestatus", "invoicedueamount"}
        | {"invoiceduedate", "paymentidentifier", "itemsubtotal", "itemnettotal", "itemvat"}
    ),
    enough=5,
)
_RECONCILIATION: Final = Report(
    "Reconciliation report",
    frozenset(
        {"transactiondate", "transactiontype", "paymentreferenceid", "paymentamount"}
        | {"paymentinstrumenttype", "paymentidentifier", "accountgroup", "accountuser"}
    ),
    enough=5,
)

# The most particular one first: Orders has most headers of Reconciliation, Shipments of Orders.
_REPORTS: Final = (_SHIPMENTS, _ORDERS, _RECONCILIATION)

_ENGLISH: Final = {
    compact(translation): english
    for english, translations in {
        "accountgroup": ("Kontogruppe", "Skupina účtu"),
        "accountuser": ("Kontobenutzer", "Käufer", "Uživatel účtu"),
        "invoiceduedate": ("Fälligkeitsdatum der Rechnung", "Datum splatnosti faktury"),
        "invoicestatus": ("Rechnungsstatus", "Stav faktury"),
        "itemnettotal": ("Summe (exkl. USt.)", "Celkem bez DPH"),
        "itemvat": ("Artikel-USt", "USt.-Summe", "DPH položky"),
        "paymentamount": ("Zahlungsbetrag", "Částka platby"),
        "paymentidentifier": ("Zahlungskennzeichnung", "Identifikátor platby"),
        "paymentinstrumenttype": ("Art des Zahlungsmittels", "Zahlungsmethode", "Způsob platby"),
        "paymentreferenceid": (
            *("Zahlungsreferenz-ID", "Zahlungsreferenznummer", "Číslo platební reference"),
        ),
        "transactiondate": ("Transaktionsdatum",),
        "transactiontype": ("Transaktionstyp",),
    }.items()
    for translation in translations
}


def recognise(headers: Iterable[str]) -> Report | None:
    """Recognise a report that was downloaded from Amazon Business.

    Args:
        headers: the texts of its header row, in any order.

    Returns:
        The report, None if the sheet is something else.
    """
    names = {compact(header) for header in headers}
    names |= {_ENGLISH[name] for name in names if name in _ENGLISH}
    for report in _REPORTS:
        if len(report.marks & names) >= report.enough:
            return report
    return None
