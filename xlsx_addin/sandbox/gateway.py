"""The gateway: what every call passes, from the fault plan to its line in the log."""

import logging
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox.access import AccessTokens
from xlsx_addin.sandbox.account import Account
from xlsx_addin.sandbox.examples import Examples, load_examples
from xlsx_addin.sandbox.failures import answer_instead, spoil
from xlsx_addin.sandbox.faults import ANY_OPERATION
from xlsx_addin.sandbox.limits import STATIC_LIMIT, Buckets, Limit
from xlsx_addin.sandbox.log import RequestLog, RequestRecord
from xlsx_addin.sandbox.messages import Answer, Cut, Refused, Request
from xlsx_addin.sandbox.operations import OPERATIONS
from xlsx_addin.sandbox.operations.base import Call, Operation, World
from xlsx_addin.sandbox.options import Credentials, SandboxOptions
from xlsx_addin.sandbox.purchases import Purchases
from xlsx_addin.sandbox.reports import Reports

_LOGGER = logging.getLogger(__name__)


class Gateway:
    """Answers requests. Called from one thread only.

    Args:
        options: how the sandbox behaves.
        log: gets a record of each request.
        clock: tells the time in seconds.

    Raises:
        SettingError: a rule of the fault plan or a limit is about no operation there is.
    """

    def __init__(
        self, options: SandboxOptions, log: RequestLog, clock: Callable[[], float]
    ) -> None:
        self._options = options
        self._log = log
        self._clock = clock
        self._started_s = 0.0
        self._examples = Examples(load_examples())
        self._tokens = AccessTokens(options.token_lifetime_s, clock, self._examples)
        self.account = Account(options, self._examples)
        self.purchases = Purchases(self.account, options)
        world = World(
            options,
            self.account,
            self.purchases,
            self._examples,
            self._tokens,
            Reports(options, self.account),
        )
        self._operations = [make(world) for make in OPERATIONS]
        self._buckets = Buckets()
        self._numbers: Counter[str] = Counter()
        self._check_names()

    def start(self) -> None:
        """Begin to count the seconds of fault plan, rate changes and log."""
        self._started_s = self._clock()

    def handle(self, request: Request, connection: int) -> Answer:
        """Answer a request and log it.

        Args:
            request: as it came.
            connection: the number of its connection.

        Returns:
            The answer, with the delay and the cut that the fault plan gives it.
        """
        operation = self._find(request)
        call = self._number(operation.name, request)
        answer = self._answer(operation, call)
        if call.strike:
            answer = spoil(answer, call.strike.rule)
        record = RequestRecord(
            time_s=call.elapsed_s,
            operation=operation.name,
            status=answer.status if answer.cut is Cut.NOWHERE else 0,
            line_items=operation.line_items(request),
            request_id=str(uuid.uuid4()),
            connection=connection,
            fault=call.strike.rule.kind.value if call.strike else "",
        )
        self._log.append(record)
        return replace(answer, headers={**answer.headers, "x-amzn-RequestId": record.request_id})

    def refuses_connection(self, connection: int) -> bool:
        """Say, and log, whether the sandbox is down."""
        elapsed_s = self._elapsed_s()
        is_down = self._options.faults.is_down(elapsed_s)
        if is_down:
            self._log.append(RequestRecord(elapsed_s, "connection", 0, (), "", connection, "down"))
        return is_down

    def _check_names(self) -> None:
        options, known = self._options, [operation.name for operation in self._operations]
        rules = enumerate(options.faults.rules, start=1)
        told = [(f"Fault rule {n}", r.operation) for n, r in rules if r.operation != ANY_OPERATION]
        told += [("A rate change", change.operation) for change in options.rate_changes]
        told += [("A limit", name) for name in options.limits]
        for place, name in told:
            if name not in known:
                raise SettingError(
                    f'{place} is about the operation "{name}", which the sandbox has not.',
                    next_step=f"Choose one of {', '.join(known)}.",
                )

    def _elapsed_s(self) -> float:
        return self._clock() - self._started_s

    def _find(self, request: Request) -> Operation:
        call = f"{request.method} {request.path}"
        return next(each for each in self._operations if each.route.fullmatch(call))

    def _number(self, operation: str, request: Request) -> Call:
        self._numbers[operation] += 1
        number, elapsed_s = self._numbers[operation], self._elapsed_s()
        strike = self._options.faults.strike(operation, number, elapsed_s)
        return Call(request, number, elapsed_s, strike)

    def _answer(self, operation: Operation, call: Call) -> Answer:
        try:
            return self._answer_or_refuse(operation, call)
        except Refused as refusal:
            return refusal.answer
        except Exception:
            _LOGGER.exception("The sandbox failed at %s", operation.name)
            return self._examples.answer("error-500-internal")

    def _answer_or_refuse(self, operation: Operation, call: Call) -> Answer:
        instead = call.strike and answer_instead(call.strike.rule, operation.name, self._examples)
        if instead:
            return instead
        if operation.role is None:
            return operation.answer(call)
        client = self._authorise(operation.role, call.request)
        limit = self._limit(operation, call)
        self._charge(operation, client, limit)
        answer = self._respond(operation, call)
        return self._announce(answer, limit)

    def _authorise(self, role: str, request: Request) -> Credentials:
        client = self._tokens.owner(request.headers.get("x-amz-access-token"))
        if role not in self._options.roles:
            raise Refused(self._examples.answer("error-403-denied"))
        return client

    def _limit(self, operation: Operation, call: Call) -> Limit:
        default = STATIC_LIMIT if self._options.mode == "static" else operation.limit
        limit = self._options.limits.get(operation.name, default or STATIC_LIMIT)
        for change in self._options.rate_changes:
            if change.applies(operation.name, call.number, call.elapsed_s):
                limit = change.limit
        return limit

    def _charge(self, operation: Operation, client: Credentials, limit: Limit) -> None:
        if not self._buckets.take((operation.name, client), limit, self._clock()):
            raise Refused(self._examples.answer("error-429-quota"))

    def _respond(self, operation: Operation, call: Call) -> Answer:
        if self._options.mode == "static":
            return self._examples.static_answer(call.request)
        return operation.answer(call)

    def _announce(self, answer: Answer, limit: Limit) -> Answer:
        if not self._options.rate_header or answer.status >= 300:
            return answer
        rate = str(float(limit.rate_per_s))
        return replace(answer, headers={**answer.headers, "x-amzn-RateLimit-Limit": rate})
