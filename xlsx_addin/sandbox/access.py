"""Access tokens: which client each was given to, and until when."""

import secrets
from collections.abc import Callable

from xlsx_addin.sandbox.examples import Examples
from xlsx_addin.sandbox.messages import Refused
from xlsx_addin.sandbox.options import Credentials


class AccessTokens:
    """The access tokens that this sandbox gave out.

    Args:
        lifetime_s: seconds that each lives.
        clock: tells the time in seconds.
        examples: what the refusals look like.
    """

    def __init__(self, lifetime_s: float, clock: Callable[[], float], examples: Examples) -> None:
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._examples = examples
        self._issued: dict[str, tuple[Credentials, float]] = {}

    def issue(self, client: Credentials) -> str:
        """Give a client a new token; its older ones live on."""
        # Real ones have 350 to 2048 characters.
        token = f"Atza|{secrets.token_urlsafe(270)}"
        self._issued[token] = client, self._clock() + self._lifetime_s
        return token

    def owner(self, token: str | None) -> Credentials:
        """Find the client that a token was given to.

        Args:
            token: as the request brought it, None if it brought none.

        Returns:
            The client's credentials.

        Raises:
            Refused: the token is missing, was never given out, or has expired.
        """
        if not token:
            raise Refused(self._examples.answer("error-403-token-missing"))
        if token not in self._issued:
            raise Refused(self._examples.answer("error-403-token-invalid"))
        client, expires_s = self._issued[token]
        if self._clock() >= expires_s:
            raise Refused(self._examples.answer("error-403-token-expired"))
        return client
