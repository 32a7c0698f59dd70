"""How a process of this program begins its log, whether a command or a button started it."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime

from xlsx_addin.logs import Redactor, show_log, start_log, stop_log
from xlsx_addin.settings import home_folder, secrets_in


def start_logging(
    logs: ExitStack,
    environ: Mapping[str, str],
    mask: Redactor | None = None,
    *,
    verbose: bool = False,
    now: Callable[[], datetime] = datetime.now,
) -> None:
    """Begin the log of this process.

    Args:
        logs: ends it.
        environ: the environment, which names the home folder and may hold secrets.
        mask: what masks secrets; None for one that knows those of the environment.
        verbose: show the log on standard error, too.
        now: the clock on the wall.

    Raises:
        SettingError: the home folder is below that of a user who does not exist.
    """
    mask = mask or Redactor(secrets_in(environ))
    if verbose:
        logs.callback(stop_log, show_log(mask))
    logs.callback(stop_log, start_log(home_folder(environ), now().astimezone().date(), mask))
