"""Trying a sign-in: one call for a token, one harmless question, each failure in plain words."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.secret_age import SECRET_LIFE_DAYS, days_left, ending_soon, renewing
from xlsx_addin.errors import (
    AccessDenied,
    ServerFault,
    SignInRefused,
    Throttled,
    UnreadableAnswer,
    XlsxAddinError,
)
from xlsx_addin.settings import Settings
from xlsx_addin.settings_file import profile_option
from xlsx_addin.signing_in.tools import Tools

_log = logging.getLogger(__name__)

Step = Literal["credentials", "secret", "sign-in", "invoices"]

MADE_UP: Final = LineItem("111-0000000-0000000", "10000000000000", "XXXXXXXXX")
"""What is asked about: the shape of a line item, but nobody's."""

_ATTEMPTS: Final = 2
_SOON: Final = "Try again in a few minutes."


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step of trying a sign-in came to.

    Args:
        step: `credentials` are there, the `secret` is young enough, `sign-in` works, `invoices`
            may be read.
        ok: whether there is nothing to do.
        message: what was found, one sentence or two.
        next_step: what to do about it, empty if nothing.
        code: a short fixed word for programs.
        exit_code: of a command that ends with it.
    """

    step: Step
    ok: bool
    message: str
    next_step: str = ""
    code: str = "ok"
    exit_code: int = 0

    def __str__(self) -> str:
        lines = [f"{'OK' if self.ok else '!!':<4}{self.message}"]
        lines += [f"    {self.next_step}"] if self.next_step else []
        return "\n".join(lines)

    @property
    def error(self) -> XlsxAddinError:
        """The same as an error, for whoever puts errors into words."""
        return XlsxAddinError(self.message, next_step=self.next_step, code=self.code)

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands for it in JSON."""
        return {
            "step": self.step,
            "ok": self.ok,
            "code": self.code,
            "message": self.message,
            "next_step": self.next_step,
        }


def check(settings: Settings, tools: Tools | None = None) -> list[Finding]:
    """Try the sign-in of a profile, step by step up to the first that fails.

    Args:
        settings: of the profile.
        tools: what it works with, None for those of this computer.
    """
    if settings.sandbox:
        return [Finding("credentials", ok=True, message="The sandbox needs no sign-in.")]
    findings: list[Finding] = []
    try:
        findings.extend(_findings(settings, tools or Tools({})))
    except XlsxAddinError as error:
        findings.append(_failed("sign-in", error))
    for finding in findings:
        _log.info("%s of profile %s: %s", finding.step, settings.profile, finding.code)
    return findings


def _findings(settings: Settings, tools: Tools) -> Iterator[Finding]:
    try:
        credentials = settings.credentials()
    except XlsxAddinError as error:
        yield _failed("credentials", error)
        return
    settings = replace(
        settings,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        refresh_token=credentials.refresh_token,
    )
    where = f"region {settings.region.name}, client id {short_id(credentials.client_id)}"
    yield Finding("credentials", ok=True, message=f"Profile {settings.profile}: {where}.")
    yield from _age(settings, tools)
    with tools.connect(settings, shares_pace=True, attempts=_ATTEMPTS) as client:
        try:
            client.sign_in(threading.Event())
        except XlsxAddinError as error:
            yield _sign_in_failed(settings, error, tools)
            return
        yield Finding("sign-in", ok=True, message="Login with Amazon accepts the sign-in.")
        try:
            client.invoices.try_asking(MADE_UP, threading.Event())
        except AccessDenied as error:
            yield _denied(settings, error, tools)
        except XlsxAddinError as error:
            yield _failed("invoices", error)
        else:
            yield Finding("invoices", ok=True, message="Amazon lets this app read invoices.")


def _age(settings: Settings, tools: Tools) -> Iterator[Finding]:
    words = ending_soon(settings.secret_since, tools.today()) if settings.secret_since else ""
    if words:
        next_step = renewing(profile_option(settings.profile))
        yield Finding("secret", False, words, next_step, "secret-ends")


def _sign_in_failed(settings: Settings, error: XlsxAddinError, tools: Tools) -> Finding:
    finding = _failed("sign-in", error)
    since = settings.secret_since
    if isinstance(error, SignInRefused) and error.code == "client-refused" and since is not None:
        age = SECRET_LIFE_DAYS - days_left(since, tools.today())
        if age > SECRET_LIFE_DAYS:
            message = f"{finding.message} The secret is from {since}, {age} days ago."
            return replace(finding, message=message)
    return finding


def _denied(settings: Settings, error: AccessDenied, tools: Tools) -> Finding:
    """Find out whether the account is in another region; else it is role or consent."""
    if settings.endpoint == settings.region.endpoint:
        for region in tools.regions.values():
            if region.name == settings.region.name:
                continue
            there = replace(settings, region=region, endpoint=region.endpoint)
            if _may_ask(there, tools):
                return Finding(
                    "invoices",
                    ok=False,
                    message=f"The account is in region {region.name}, not in"
                    f" {settings.region.name}.",
                    next_step=f"Sign in with region {region.name}; or, once signed in, xlsx-addin"
                    f" settings region {region.name}{profile_option(settings.profile)}.",
                    code="wrong-region",
                    exit_code=error.exit_code,
                )
    return _failed("invoices", error)


def _may_ask(settings: Settings, tools: Tools) -> bool:
    try:
        with tools.connect(settings, shares_pace=True, attempts=1) as client:
            client.invoices.try_asking(MADE_UP, threading.Event())
    except XlsxAddinError:
        return False
    return True


def _failed(step: Step, error: XlsxAddinError) -> Finding:
    passing = isinstance(error, (Throttled, ServerFault, UnreadableAnswer))
    request_id = getattr(error, "request_id", "")
    trace = f" Amazon's request id: {request_id}." if request_id else ""
    return Finding(
        step,
        ok=False,
        message=f"{error.message}{trace}",
        next_step=_SOON if passing else error.next_step,
        code=error.code,
        exit_code=error.exit_code,
    )


def short_id(client_id: str) -> str:
    """Shorten a client id to what tells apps apart, as the log does.

    Args:
        client_id: the whole id.
    """
    prefix, dot, rest = client_id.rpartition(".")
    return f"{prefix}{dot}…{rest[-4:]}" if len(rest) > 4 else client_id
