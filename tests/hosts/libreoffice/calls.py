"""Counts the calls that would each be a round trip into Excel."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_Params = ParamSpec("_Params")
_Result = TypeVar("_Result")


class Calls:
    """A counter."""

    def __init__(self) -> None:
        self.count = 0

    def add(self) -> None:
        """Count one call."""
        self.count += 1


def counted(member: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """Let a member of a class with `calls` count its own calls."""

    @wraps(member)
    def call(*args: Any, **options: Any) -> Any:
        args[0].calls.add()
        return member(*args, **options)

    return call
