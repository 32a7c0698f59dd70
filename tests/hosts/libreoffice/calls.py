"""Counts the calls that would each be a round trip into Excel, and lets them fail as there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar

from tests.hosts.libreoffice.bridge import exception
from tests.hosts.libreoffice.errors import ExcelGoneError

_Params = ParamSpec("_Params")
_Result = TypeVar("_Result")


class Calls:
    """A counter; what a call needs of others is part of it."""

    def __init__(self) -> None:
        self.count = 0
        self.is_inside = False

    def add(self) -> None:
        """Count one call, unless it is part of another one."""
        self.count += not self.is_inside


def counted(member: Callable[_Params, _Result]) -> Callable[_Params, _Result]:
    """Let a member of a class with `calls` and `is_gone` count its calls."""

    @wraps(member)
    def call(*args: Any, **options: Any) -> Any:
        owner = args[0]
        calls: Calls = owner.calls
        if calls.is_inside:
            return member(*args, **options)
        calls.add()
        # A closed workbook answers some questions as if it were open and empty.
        if owner.is_gone():
            raise ExcelGoneError
        calls.is_inside = True
        try:
            return member(*args, **options)
        except exception("uno.Exception") as problem:
            if owner.is_gone():
                raise ExcelGoneError from problem
            raise
        finally:
            calls.is_inside = False

    return call


class PartOf:
    """A part of something that counts its calls, and is gone with it."""

    whole: ClassVar[str]
    """Which attribute holds what it is a part of."""

    @property
    def calls(self) -> Calls:
        """The counter of calls."""
        calls: Calls = getattr(self, self.whole).calls
        return calls

    def is_gone(self) -> bool:
        """Tell whether what it is a part of was closed."""
        gone: bool = getattr(self, self.whole).is_gone()
        return gone
