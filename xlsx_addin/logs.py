"""The support log: one file a day, kept for 14 days, every record redacted in one place."""

import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Final

KEPT_DAYS: Final = 14
_NAME: Final = "xlsx_addin"
_FORMAT: Final = "%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"

# What secrets of Login with Amazon look like, wherever they turn up: access and refresh tokens,
# client secrets. Client ids are shortened, e-mail addresses masked.
_SECRETS: Final = re.compile(
    r"Atz[ar]\|[^\s\"'&,}]+|Atz[ar]%7C[^\s\"'&,}]+|amzn1\.oa2-cs\.[^\s\"'&,}]+", re.IGNORECASE
)
# By their names in forms, JSON, headers and Python; `%3D`, `%26` and so on are = and & in an
# address. A value in quotes goes to its closing quote. `code` is a secret only as the key of a
# token call: everywhere else it is a status or an exit code.
_NAMED_SECRETS: Final = re.compile(
    r"""
    (   (?: client_secret | refresh_token | access_token | x-amz-access-token
          | (?: \A | (?<=[?&"']) | (?<=%26) | (?<=%3F) | (?<=%22) ) code )
        (?: \\*["'] | %22 )? \s* (?: [=:] | %3[AD] ) \s*  )
    (?: (?P<quote> \\*["'] ) (?: (?!(?P=quote)) (?: \\. | . ) )*
      | (?: (?!%26) [^\s"'&,}] )+ )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLIENT_IDS: Final = re.compile(r"(amzn1\.application-oa2-client\.\w{4})\w*")
_EMAILS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask in a text what must not be seen by whoever reads the log.

    Args:
        text: anything.
        secrets: further texts to mask wherever they stand.
    """
    for secret in sorted(secrets, key=len, reverse=True):  # one may be part of another
        if secret:
            text = text.replace(secret, "********")
    text = _SECRETS.sub("********", text)
    text = _NAMED_SECRETS.sub(r"\1\g<quote>********", text)
    text = _CLIENT_IDS.sub(r"\1…", text)
    return _EMAILS.sub("(e-mail)", text)


class RedactingFormatter(logging.Formatter):
    """Formats records, tracebacks included, and masks what must not be seen.

    Args:
        secrets: texts to mask besides those that look like secrets.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(_FORMAT)
        self._secrets = frozenset(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Mask further texts from now on.

        Args:
            secrets: the texts.
        """
        # Replaced as a whole, since another thread may be formatting.
        self._secrets = self._secrets.union(secrets)

    def redact(self, text: str) -> str:
        """Mask in a text what this formatter masks in records."""
        return redact(text, self._secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Format one record."""
        return self.redact(super().format(record))


def hide(secrets: Iterable[str]) -> None:
    """Mask secrets that became known only now, in all that writes the log of this package.

    Args:
        secrets: the texts.
    """
    known = [secret for secret in secrets if secret]
    for handler in logging.getLogger(_NAME).handlers:
        if isinstance(handler.formatter, RedactingFormatter):
            handler.formatter.hide(known)


def begin_hiding(secrets: Iterable[str] = ()) -> tuple[logging.Handler, RedactingFormatter]:
    """Give a formatter that learns of every secret, for what is shown elsewhere than in the log.

    Args:
        secrets: texts to mask besides those that look like secrets.

    Returns:
        A handler that writes nothing, for `stop_log`, and its formatter.
    """
    handler, formatter = logging.NullHandler(), RedactingFormatter(secrets)
    handler.setFormatter(formatter)
    logging.getLogger(_NAME).addHandler(handler)
    return handler, formatter


def log_path(home: Path, day: date) -> Path:
    """Tell where the log of a day is.

    Args:
        home: the program's folder.
        day: the local day.
    """
    return home / "logs" / f"{_NAME}-{day.isoformat()}.log"


def start_log(home: Path, day: date, secrets: Iterable[str] = ()) -> logging.Handler | None:
    """Begin to write the log of this package and let go of files that are too old.

    Args:
        home: the program's folder.
        day: the local day.
        secrets: texts to mask besides those that look like secrets.

    Returns:
        The handler, for `stop_log`; None where no log can be written, which stops nobody.
    """
    path = log_path(home, day)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        handler = logging.FileHandler(path, encoding="utf-8", delay=True, errors="backslashreplace")
        _remove_old(path.parent, day)
    except OSError:
        return None
    return _added(handler, secrets)


def show_log(secrets: Iterable[str] = ()) -> logging.Handler:
    """Show the log of this package on standard error, besides wherever else it goes.

    Args:
        secrets: texts to mask besides those that look like secrets.

    Returns:
        The handler, for `stop_log`.
    """
    return _added(logging.StreamHandler(), secrets)


def stop_log(handler: logging.Handler | None) -> None:
    """End what `start_log` or `show_log` began.

    Args:
        handler: what one of them returned.
    """
    if handler is not None:
        logging.getLogger(_NAME).removeHandler(handler)
        handler.close()


def _remove_old(folder: Path, day: date) -> None:
    oldest = log_path(Path(), day - timedelta(days=KEPT_DAYS - 1)).name
    for path in folder.glob(f"{_NAME}-????-??-??.log"):
        if path.name < oldest:
            with suppress(OSError):  # in use, or not ours: another day will do
                path.unlink()


def _added(handler: logging.Handler, secrets: Iterable[str]) -> logging.Handler:
    handler.setFormatter(RedactingFormatter(secrets))
    logger = logging.getLogger(_NAME)
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler
