"""The lookup: line items in, outcomes out, without a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, Status
from xlsx_addin.core.plan import Policy, line_items_to_ask
from xlsx_addin.core.results import RowKey
from xlsx_addin.jobs.asking import Asked, ask_and_keep
from xlsx_addin.jobs.outcomes import Outcomes
from xlsx_addin.jobs.tools import JobTools


@dataclass(frozen=True, slots=True)
class LookupReport:
    """What a lookup found.

    Args:
        outcomes: one for each row asked about, in their order; None for a blank row.
        asked: what asking cost and who got no answer.
        interrupted: whether the user stopped it.
    """

    outcomes: Sequence[Outcome | None]
    asked: Asked[LineItem]
    interrupted: bool = False

    @property
    def statuses(self) -> set[Status]:
        """The status words that occur."""
        return {outcome.status for outcome in self.outcomes if outcome is not None}


def lookup(rows: Sequence[RowKey], policy: Policy, tools: JobTools) -> LookupReport:
    """Look up the invoices of line items.

    Args:
        rows: line items, outcomes of rows without a valid one, None for blank rows.
        policy: which known answers are good enough.
        tools: what it works with.

    Raises:
        SettingError: something has to be asked, but the sign-in is not set up.
        StoreError: answers cannot be looked up or kept.
    """
    line_items = list(dict.fromkeys(row for row in rows if isinstance(row, LineItem)))
    known = tools.store.known(tools.account, line_items)
    to_ask = line_items_to_ask(line_items, known, policy, now=tools.now(), zone=tools.zone)
    asked: Asked[LineItem] = Asked()
    ask_and_keep(asked, to_ask, tools)
    known |= tools.store.known(tools.account, to_ask)
    outcomes = Outcomes(tools.zone)
    outcomes.take(known, asked.failures)
    return LookupReport(
        [outcomes[row] if isinstance(row, LineItem) else row for row in rows],
        asked,
        tools.cancel.is_set(),
    )
