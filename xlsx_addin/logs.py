"""The support log: one file a day, kept for 14 days, every record redacted in one place.

What was bought is not in it: no line item IDs and no invoice numbers. Nobody logs them, and where
the text of an error might repeat one, IDs are masked by their shape.
"""

import json
import logging
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

KEPT_DAYS: Final = 14
_NAME: Final = "xlsx_addin"
_FILES: Final = f"{_NAME}-????-??-??.log"
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
    (   (?: client[_-]secret | refresh[_-]token | access[_-]token | x-amz-access-token
          | (?: \A | (?<=[?&"']) | (?<=%26) | (?<=%3F) | (?<=%22) ) code )
        (?: \\*["'] | %22 )? \s* (?: [=:] | %3[AD] ) \s*  )
    (?: (?P<quote> \\*["'] ) (?: (?!(?P=quote)) (?: \\. | . ) )*
      | (?: (?!%26) [^\s"'&,}] )+ )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLIENT_IDS: Final = re.compile(r"(amzn1\.application-oa2-client\.)\w*(\w{4})")
_EMAILS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# User name and password before the host of an address, as proxies have them.
_IN_ADDRESS: Final = re.compile(r"(?<=://)[^\s/@\"']+@")
# Order IDs, and order line item IDs by their 13 or 14 digits.
_IDS: Final = re.compile(r"\b(?:\d{3}|D\d{2})-\d{7}-\d{7}\b|\b\d{13,14}\b")
# And by their names, in JSON and in Python, whatever they look like.
_NAMED_IDS: Final = re.compile(
    r"""
    (   (?: order_?(?:line_?item_?)?id | shipment_?id | invoice_?number )
        \\*["']? \s* [=:] \s* (?P<quote> \\*["'] )  )
    (?: (?!(?P=quote)) . )*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Whatever ends a line somewhere: the characters at which `str.splitlines` cuts, and NUL to US.
_BREAKS: Final = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
_MASK: Final = "********"


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask in a text what must not be seen by whoever reads the log.

    Args:
        text: anything.
        secrets: further texts to mask wherever they stand.
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, _MASK)
    text = _SECRETS.sub(_MASK, text)
    text = _NAMED_SECRETS.sub(rf"\1\g<quote>{_MASK}", text)
    text = _IN_ADDRESS.sub(f"{_MASK}@", text)
    text = _CLIENT_IDS.sub(r"\1…\2", text)
    text = _EMAILS.sub("(e-mail)", text)
    text = _NAMED_IDS.sub(r"\1(ID)", text)
    return _IDS.sub("(ID)", text)


class Redactor:
    """Masks what must not be seen; secrets may be made known to it at any time.

    Args:
        secrets: texts to mask besides those that look like secrets.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._secrets: tuple[str, ...] = ()
        self.hide(*secrets)

    def hide(self, *secrets: str) -> None:
        """Mask these texts too from now on, however JSON, Python and addresses spell them.

        Args:
            secrets: texts; empty ones are passed over.
        """
        spelt = {one for secret in secrets if secret for one in _spellings(secret)}
        with self._lock:
            # The longest first: one may be a part of another.
            self._secrets = tuple(sorted(spelt | {*self._secrets}, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        """Mask in a text what must not be seen.

        Args:
            text: anything.
        """
        return redact(text, self._secrets)


def _spellings(secret: str) -> set[str]:
    as_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    in_address = {quote(secret, safe="", errors="replace"), quote_plus(secret, errors="replace")}
    return {secret, repr(secret)[1:-1], *as_json, *in_address}


class RedactingFormatter(logging.Formatter):
    """Formats records, a line each but for tracebacks, and masks what must not be seen.

    Args:
        mask: masks it, in messages, arguments and tracebacks alike.
    """

    def __init__(self, mask: Redactor) -> None:
        super().__init__(_FORMAT)
        self.mask = mask

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        """Format a record without its traceback; a line break within it is spelt out."""
        line = super().formatMessage(record)
        return _BREAKS.sub(lambda found: repr(found[0])[1:-1], line)

    def format(self, record: logging.LogRecord) -> str:
        """Format one record."""
        return self.mask(super().format(record))


def hide(*secrets: str) -> None:
    """Mask these texts in every log that this process writes, from now on.

    For secrets that are not known when the log begins, such as those of the keychain.

    Args:
        secrets: texts; empty ones are passed over.
    """
    for handler in logging.getLogger(_NAME).handlers:
        if isinstance(handler.formatter, RedactingFormatter):
            handler.formatter.mask.hide(*secrets)


def log_path(home: Path, day: date) -> Path:
    """Tell where the log of a day is.

    Args:
        home: the program's folder.
        day: the local day.
    """
    return home / "logs" / f"{_NAME}-{day.isoformat()}.log"


def kept_logs(home: Path) -> list[Path]:
    """List the logs that are kept, the oldest first.

    Args:
        home: the program's folder.
    """
    return sorted((home / "logs").glob(_FILES))


def start_log(home: Path, day: date, mask: Redactor) -> logging.Handler:
    """Begin to write the log of this package and let go of files that are too old.

    Args:
        home: the program's folder.
        day: the local day.
        mask: masks what must not be seen.

    Returns:
        The handler, for `stop_log`; one that writes nothing where no log can be written, which
        stops nobody.
    """
    path = log_path(home, day)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        _remove_old(path.parent, day)
    except OSError:
        return _added(logging.NullHandler(), mask)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True, errors="backslashreplace")
    return _added(handler, mask)


def show_log(mask: Redactor) -> logging.Handler:
    """Show the log of this package on standard error, besides wherever else it goes.

    Args:
        mask: masks what must not be seen.

    Returns:
        The handler, for `stop_log`.
    """
    return _added(logging.StreamHandler(), mask)


def stop_log(handler: logging.Handler) -> None:
    """End what `start_log` or `show_log` began.

    Args:
        handler: what one of them returned.
    """
    logging.getLogger(_NAME).removeHandler(handler)
    handler.close()


def _remove_old(folder: Path, day: date) -> None:
    oldest = log_path(Path(), day - timedelta(days=KEPT_DAYS - 1)).name
    for path in folder.glob(_FILES):
        if path.name < oldest:
            with suppress(OSError):  # in use, or not ours: another day will do
                path.unlink()


def _added(handler: logging.Handler, mask: Redactor) -> logging.Handler:
    handler.setFormatter(RedactingFormatter(mask))
    logger = logging.getLogger(_NAME)
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler
