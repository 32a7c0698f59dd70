"""The published and observed answers of Amazon's API, as they are packaged with the sandbox."""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.messages import Answer, Request, json_answer

Example = Mapping[str, Any]

_REQUEST_ID: Final = "x-amzn-RequestId"
"""Every answer has one of its own."""


def load_examples() -> dict[str, Example]:
    """Read all packaged examples.

    Returns:
        The examples by their `id`.
    """
    folder = files(__package__) / "data" / "examples"
    texts = (file.read_text(encoding="utf-8") for file in folder.iterdir())
    return {example["id"]: example for example in map(json.loads, texts)}


class Examples:
    """Answers by the name of an example, and what static mode and the account take from them.

    Args:
        examples: by their `id`.
    """

    def __init__(self, examples: Mapping[str, Example]) -> None:
        self._examples = examples
        self._static = [
            example
            for example in examples.values()
            if example.get("environment") == "static-sandbox"
        ]

    def answer(self, name: str) -> Answer:
        """Answer as an example does.

        Args:
            name: its `id`.

        Returns:
            Its status, body and headers, without the request id that it was seen with.
        """
        return _answer(self._examples[name])

    def static_answer(self, request: Request) -> Answer:
        """Answer as Amazon's static sandbox: a published call exactly, nothing else at all."""
        for example in self._static:
            if _is_asked(example, request):
                return _answer(example)
        return self.answer("error-400-sandbox-no-match")

    def production_entries(self) -> dict[LineItem, dict[str, Any]]:
        """Collect the entries of line items that were answered in production."""
        return {
            LineItem(**{_SNAKE[key]: text for key, text in entry["orderLineItem"].items()}): entry
            for example in self._examples.values()
            if example["operation"] == names.INVOICES and example.get("environment") == "production"
            for entry in _entries(example)
        }


_SNAKE: Final = {
    "orderId": "order_id",
    "orderLineItemId": "order_line_item_id",
    "shipmentId": "shipment_id",
}


def _entries(example: Example) -> Iterable[dict[str, Any]]:
    entries: Iterable[dict[str, Any]] = example["response"]["invoiceDetailsByOrderLineItems"]
    return entries


def _answer(example: Example) -> Answer:
    headers = {name: text for name, text in example["headers"].items() if name != _REQUEST_ID}
    if example["response"] is None:
        return Answer(example["status"], headers)
    return json_answer(example["status"], example["response"], headers)


def _is_asked(example: Example, request: Request) -> bool:
    """Say whether a request is the example's, each parameter equal and none added."""
    asked = (request.method, request.path, request.query, request.payload or {})
    return asked == (
        example["method"],
        example["path"],
        example.get("query", {}),
        example.get("request", {}),
    )
