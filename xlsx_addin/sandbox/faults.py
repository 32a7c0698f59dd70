"""The fault plan: which requests go wrong, and how.

A plan is pure: whether a rule strikes depends on the plan's seed, the operation, the number
of the request and the time alone, so that a run can be repeated. Files: `fault_files`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final, NamedTuple

from xlsx_addin.sandbox import names


class FaultKind(StrEnum):
    """What goes wrong; the values are the words of fault files, told in `docs/sandbox.md`."""

    THROTTLE = "throttle"
    ERROR = "error"
    RESET = "reset"
    CUT = "cut"
    HTML = "html"
    TRUNCATED = "truncated"
    SLOW = "slow"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105  # the name of a fault
    DENIED = "denied"
    REFUSED = "refused"
    POISON = "poison"
    MISSING = "missing"
    NULL = "null"
    NULL_ENTRY = "null-entry"
    REORDERED = "reordered"
    EXTRA = "extra"
    REPEATED = "repeated"
    WRONG_TYPE = "wrong-type"
    DOWN = "down"


ANY_OPERATION: Final = "any"
"""In a rule: every operation but the token endpoint, which must be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One rule. It strikes where all of its conditions hold.

    Args:
        kind: what goes wrong.
        operation: the operation it is about.
        probability: from 0 to 1, of each request that the other conditions leave.
        every: only each n-th request of the operation.
        from_request: number of the first request, counted from 1 for each operation.
        to_request: number of the last request, None for no end.
        from_s: seconds since the start from which it holds.
        to_s: seconds since the start until which it holds, None for no end.
        status: of an error or an HTML page.
        delay_s: seconds to wait before the answer, with any kind.
        retry_after_s: the `Retry-After` header of a throttled or failed request.
        entries: how many entries of the answer are touched.
        line_ids: order line item IDs or invoice numbers that a batch must not contain.
    """

    kind: FaultKind
    operation: str = ANY_OPERATION
    probability: float = 1.0
    every: int = 1
    from_request: int = 1
    to_request: int | None = None
    from_s: float = 0.0
    to_s: float | None = None
    status: int = 503
    delay_s: float = 0.0
    retry_after_s: float | None = None
    entries: int = 1
    line_ids: Sequence[str] = ()

    def holds_at(self, elapsed_s: float) -> bool:
        """Say whether the rule is in force at a time since the start."""
        return self.from_s <= elapsed_s and (self.to_s is None or elapsed_s < self.to_s)

    def meets(self, operation: str, number: int, elapsed_s: float) -> bool:
        """Say whether a request fulfils every condition but the probability."""
        return (
            self._is_about(operation)
            and self.from_request <= number
            and (self.to_request is None or number <= self.to_request)
            and number % self.every == 0
            and self.holds_at(elapsed_s)
        )

    def _is_about(self, operation: str) -> bool:
        if self.operation == ANY_OPERATION:
            return operation != names.TOKEN
        return self.operation == operation


class Strike(NamedTuple):
    """A rule that strikes a request.

    Args:
        rule: which.
        dice: for whatever else about it is left to chance.
    """

    rule: FaultRule
    dice: Random


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """All rules, and the seed of their chances. The first rule that strikes decides.

    Args:
        rules: in order.
        seed: another seed, other requests.
    """

    rules: Sequence[FaultRule] = ()
    seed: int = 1

    def strike(self, operation: str, number: int, elapsed_s: float) -> Strike | None:
        """Find what goes wrong with a request as a whole.

        Args:
            operation: its name.
            number: of the request, counted from 1 for each operation.
            elapsed_s: seconds since the start.

        Returns:
            The first rule that strikes, None if nothing goes wrong.
        """
        strikes = self._strikes(operation, number, elapsed_s)
        return next((each for each in strikes if each.rule.kind is not FaultKind.POISON), None)

    def poison(self, operation: str, number: int, elapsed_s: float) -> frozenset[str]:
        """Collect the order line item IDs and invoice numbers that make a batch be refused."""
        return frozenset(
            line_id
            for rule, _ in self._strikes(operation, number, elapsed_s)
            for line_id in rule.line_ids
        )

    def is_down(self, elapsed_s: float) -> bool:
        """Say whether connections are closed at once at a time since the start."""
        return any(rule.kind is FaultKind.DOWN and rule.holds_at(elapsed_s) for rule in self.rules)

    def _strikes(self, operation: str, number: int, elapsed_s: float) -> Iterator[Strike]:
        for index, rule in enumerate(self.rules):
            if rule.kind is FaultKind.DOWN or not rule.meets(operation, number, elapsed_s):
                continue
            dice = Random(f"{self.seed}/{index}/{operation}/{number}")
            if dice.random() < rule.probability:
                yield Strike(rule, dice)
