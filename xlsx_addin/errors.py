"""What can go wrong, in three families, each error a sentence for the user.

    XlsxAddinError                  message, next_step, code, exit_code
    |-- InputError                  what you gave us                      exit 2
    |   |-- WorkbookError           the file: missing, not a workbook, .xls, encrypted, ...
    |   |-- SheetError              the sheet, its columns, its rows
    |   `-- SettingError            an option, an environment variable, a setting
    |-- AmazonError                 what Amazon said; request_id          exit 1
    |   |-- SignInRefused           Login with Amazon refuses             exit 3
    |   |-- AccessDenied            role or consent is missing            exit 3
    |   |-- RequestRefused          400: the request itself is refused
    |   |-- Throttled               429
    |   |-- ServerFault             5xx
    |   |-- UnreadableAnswer        status 200, but not what was asked for
    |   `-- DocumentUnusable        what was downloaded is no PDF
    `-- LocalError                  what this computer did                exit 1
        |-- WorkbookBusy            open in Excel, locked, another run    exit 5
        |-- ConnectionFault         no connection, or it broke
        `-- StoreError              the store cannot be read or written

What keeps a call from beginning is raised. What stands in the way of one workbook is not: it is
the `error` of its report, so that the others are refreshed all the same. A caller writes::

    try:
        report = xlsx_addin.refresh("march.xlsx")
    except xlsx_addin.XlsxAddinError as error:
        print(error.message, error.next_step)
    else:
        print(report.workbooks[0].error)
"""

from typing import ClassVar


class XlsxAddinError(Exception):
    """Anything this package raises on purpose.

    Args:
        message: what happened, to which file, sheet, cell or row.
        next_step: what the user can do about it.
        code: a short fixed word for programs, such as ``no-such-file``.
    """

    exit_code: ClassVar[int] = 1
    default_code: ClassVar[str] = "error"

    def __init__(self, message: str, *, next_step: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.code = code or self.default_code

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".rstrip()


class InputError(XlsxAddinError):
    """What the user gave us cannot be used."""

    exit_code = 2
    default_code = "input"


class WorkbookError(InputError):
    """The file is not a workbook that can be refreshed."""

    default_code = "workbook"


class SheetError(InputError):
    """The sheet, its columns or its rows cannot be used."""

    default_code = "sheet"


class SettingError(InputError):
    """An option, an environment variable or a setting is wrong or missing."""

    default_code = "setting"


class AmazonError(XlsxAddinError):
    """Amazon answered, but not with what was asked for.

    Args:
        message: as for the base class.
        next_step: as for the base class.
        code: as for the base class.
        request_id: Amazon's ``x-amzn-RequestId``, which its support asks for.
        status: the HTTP status, 0 if there was none.
        retry_after_s: seconds that Amazon asks to wait, if it said so.
    """

    default_code = "amazon"

    def __init__(
        self,
        message: str,
        *,
        next_step: str = "",
        code: str | None = None,
        request_id: str = "",
        status: int = 0,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, next_step=next_step, code=code)
        self.request_id = request_id
        self.status = status
        self.retry_after_s = retry_after_s


class SignInRefused(AmazonError):
    """Login with Amazon refuses the credentials."""

    exit_code = 3
    default_code = "sign-in-refused"


class AccessDenied(AmazonError):
    """The sign-in works, but the role or the consent is missing."""

    exit_code = 3
    default_code = "access-denied"


class RequestRefused(AmazonError):
    """Amazon refuses the request itself; repeating it unchanged is useless."""

    default_code = "request-refused"


class Throttled(AmazonError):
    """Amazon asks to slow down."""

    default_code = "throttled"


class ServerFault(AmazonError):
    """Amazon has a fault of its own."""

    default_code = "server-fault"


class UnreadableAnswer(AmazonError):
    """Amazon's answer is not what its description says."""

    default_code = "unreadable-answer"


class DocumentUnusable(AmazonError):
    """What Amazon delivered for a document cannot be used; asking again at once is useless."""

    default_code = "document-unusable"


class LocalError(XlsxAddinError):
    """This computer, its disk or its network is in the way."""

    default_code = "local"


class WorkbookBusy(LocalError):
    """Somebody else has the workbook open or is refreshing it."""

    exit_code = 5
    default_code = "workbook-busy"


class ConnectionFault(LocalError):
    """Amazon cannot be reached, or the connection broke."""

    default_code = "no-connection"


class StoreError(LocalError):
    """The store of known answers cannot be read or written."""

    default_code = "store"


def unexpected(error: Exception) -> XlsxAddinError:
    """Wrap an error that nobody raised on purpose, for users who must not see a traceback.

    Args:
        error: what was raised; it is kept as the cause.
    """
    wrapped = XlsxAddinError(
        f"Something unexpected went wrong: {type(error).__name__}: {error}.",
        next_step="Please report it with the output of `xlsx-addin log`.",
        code="unexpected",
    )
    wrapped.__cause__ = error
    return wrapped
