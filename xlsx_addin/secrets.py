"""Values that must not show: what signs in to Amazon."""

import hmac
from dataclasses import dataclass
from typing import Final, NoReturn

_MASK: Final = "********"


class Secret:
    """A text that shows itself only when asked by name.

    Args:
        value: the text.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the text itself, for the one place that sends or stores it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Secret({_MASK})"

    def __str__(self) -> str:
        return _MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A secret is not pickled or copied by accident: reveal() it on purpose.")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs in to Login with Amazon.

    Args:
        client_id: the app's id.
        client_secret: the app's secret.
        refresh_token: the account's consent.
    """

    client_id: str
    client_secret: Secret
    refresh_token: Secret
