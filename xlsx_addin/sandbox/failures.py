"""Faults of a request as a whole: answers put in place of the right one, or spoilt on the way."""

from dataclasses import replace
from typing import Final

from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.examples import Examples
from xlsx_addin.sandbox.faults import FaultKind, FaultRule
from xlsx_addin.sandbox.messages import Answer, Cut, error_answer, json_answer

_HTML = b"<html><head><title>Error</title></head><body><h1>Service unavailable</h1></body></html>"


_EXAMPLES: Final = {
    FaultKind.THROTTLE: "error-429-quota",
    FaultKind.EXPIRED_TOKEN: "error-403-token-expired",
    FaultKind.DENIED: "error-403-denied",
    FaultKind.REFUSED: "invoices-sandbox-400-missing",
}
_SIGN_IN_EXAMPLES: Final = {
    FaultKind.EXPIRED_TOKEN: "lwa-error-invalid-grant",
    FaultKind.DENIED: "lwa-error-unauthorized-client",
    FaultKind.REFUSED: "lwa-error-invalid-request",
}


def answer_instead(rule: FaultRule, operation: str, examples: Examples) -> Answer | None:
    """Make the answer that a fault puts in place of the right one.

    Args:
        rule: the fault.
        operation: the name of the operation; the token endpoint has errors of its own.
        examples: what refusals look like.

    Returns:
        The answer, None if the fault lets the call through.
    """
    is_sign_in = operation == names.TOKEN
    example = (_SIGN_IN_EXAMPLES if is_sign_in else _EXAMPLES).get(rule.kind)
    if example:
        return _with_retry_after(examples.answer(example), rule)
    if rule.kind is FaultKind.RESET:
        return Answer(0, cut=Cut.BEFORE)
    if rule.kind is FaultKind.HTML:
        return Answer(rule.status, {"Content-Type": "text/html"}, _HTML)
    if rule.kind in (FaultKind.ERROR, FaultKind.THROTTLE):
        status = rule.status if rule.kind is FaultKind.ERROR else 429
        failure = _sign_in_error(status) if is_sign_in else _server_error(status, examples)
        return _with_retry_after(failure, rule)
    return None


def spoil(answer: Answer, rule: FaultRule) -> Answer:
    """Spoil an answer on its way out: late, cut off, or half its body.

    Args:
        answer: to be sent.
        rule: the fault.

    Returns:
        What is sent instead.
    """
    answer = replace(answer, delay_s=rule.delay_s)
    if rule.kind is FaultKind.CUT:
        return replace(answer, cut=Cut.MIDWAY)
    if rule.kind is FaultKind.TRUNCATED:
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    return answer


def _with_retry_after(answer: Answer, rule: FaultRule) -> Answer:
    if rule.retry_after_s is None:
        return answer
    return replace(answer, headers={**answer.headers, "Retry-After": f"{rule.retry_after_s:g}"})


def _sign_in_error(status: int) -> Answer:
    # RFC 6749, section 4.1.2.1; Login with Amazon's own words are not known.
    payload = {"error": "server_error", "error_description": "The service cannot answer now"}
    return json_answer(status, payload)


def _server_error(status: int, examples: Examples) -> Answer:
    answer = examples.answer("error-500-internal")
    if status == answer.status:
        return answer
    return error_answer(status, "ServiceUnavailable", "The service cannot answer now.", "")
