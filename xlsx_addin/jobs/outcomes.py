"""What the rows of line items get, made out of what the store holds.

Answers take three times the memory of the outcomes that follow from them. So the store is read
a portion at a time, and of a big sheet only the outcomes are kept.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Final

from xlsx_addin.core.answers import KnownAnswer
from xlsx_addin.core.judging import judge_all, judge_failure
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Outcome, Status
from xlsx_addin.core.plan import batches
from xlsx_addin.jobs.tools import JobTools

# Few enough to stay in the processor's cache while they are judged.
_AT_ONCE: Final = 2000

_UNANSWERED: Final = Failure(
    Status.FAILED, "This line item was not answered: refresh again, and report it if it persists."
)


def in_portions(
    line_items: Collection[LineItem], tools: JobTools
) -> Iterator[tuple[Sequence[LineItem], dict[LineItem, KnownAnswer]]]:
    """Look up what the store holds of line items, a portion at a time.

    Args:
        line_items: distinct ones.
        tools: what the job works with.

    Yields:
        Some of them with what is known of these.
    """
    # In the order of the store, which is then walked through only once.
    for portion in batches(sorted(line_items), _AT_ONCE):
        yield portion, tools.store.known(tools.account, portion)


class Outcomes(dict[LineItem, Outcome]):
    """What the rows of each line item get; every line item gets something.

    Args:
        zone: where the day of an invoice is counted.
    """

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def take(
        self,
        known: Mapping[LineItem, KnownAnswer],
        failures: Mapping[LineItem, Failure] | None = None,
    ) -> None:
        """Take in what is known of some line items, and why others got no answer this time.

        Args:
            known: what the store holds.
            failures: those of any line items; they outweigh what is known.
        """
        zone = self._zone
        self.update(judge_all(known, zone))
        for line_item, failure in (failures or {}).items():
            self[line_item] = judge_failure(failure, known.get(line_item), zone)

    def __missing__(self, line_item: LineItem) -> Outcome:
        return judge_failure(_UNANSWERED, None, self._zone)
