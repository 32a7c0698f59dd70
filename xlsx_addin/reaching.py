"""The part of the composition root that knows where requests go: to Amazon, or to a sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, cast

from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.settings import Settings

if TYPE_CHECKING:
    from xlsx_addin.sandbox import Sandbox
    from xlsx_addin.sandbox.options import Region

SANDBOX_DOCUMENT_PACE: Final = 1000.0
"""How many times faster than Amazon's the built-in sandbox delivers documents."""


@contextmanager
def reachable(settings: Settings) -> Iterator[Settings]:
    """Give settings with an address, for as long as a `with` block lasts.

    Args:
        settings: of a profile; those of a sandbox start one in this process.
    """
    if not settings.sandbox:
        yield settings
        return
    with new_sandbox(settings) as sandbox:
        yield _pointed_to(sandbox, settings)


def new_sandbox(settings: Settings) -> "Sandbox":
    """Make a sandbox of the region, which does not run yet.

    Args:
        settings: of a profile.
    """
    # Only those who use it pay for its import.
    from xlsx_addin.sandbox import Sandbox, options_from_arguments  # noqa: PLC0415  # see above

    options = options_from_arguments(region=cast("Region", settings.region.name))
    return Sandbox(options.with_documents_faster(SANDBOX_DOCUMENT_PACE))


def _pointed_to(sandbox: "Sandbox", settings: Settings) -> Settings:
    from xlsx_addin.sandbox import SANDBOX_CREDENTIALS  # noqa: PLC0415  # as above

    known = Credentials(
        SANDBOX_CREDENTIALS.client_id,
        Secret(SANDBOX_CREDENTIALS.client_secret),
        Secret(SANDBOX_CREDENTIALS.refresh_token),
    )
    return settings.at_sandbox(sandbox.endpoint, sandbox.token_url, known)
