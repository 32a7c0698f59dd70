"""All that can be asked of Amazon, for one account."""

import threading
from functools import cached_property

from xlsx_addin.amazon.documents import DocumentsClient
from xlsx_addin.amazon.payments import PaymentClient
from xlsx_addin.amazon.reconciliation import ReconciliationClient
from xlsx_addin.amazon.session import Session
from xlsx_addin.amazon.transactions import TransactionClient


class AmazonClient:
    """Asks Amazon; its parts share the sign-in and are made when they are needed.

    Args:
        session: the account's way to Amazon.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def sign_in(self, cancel: threading.Event) -> None:
        """Get an access token, in one try, unless there is a valid one.

        Args:
            cancel: ends all waiting.

        Raises:
            SignInRefused: Login with Amazon does not accept the credentials.
            Throttled, ServerFault, UnreadableAnswer, ConnectionFault: there was no answer to it.
        """
        self._session.sign_in(cancel)

    @cached_property
    def invoices(self) -> ReconciliationClient:
        """The invoices of order line items."""
        return ReconciliationClient(self._session)

    @cached_property
    def documents(self) -> DocumentsClient:
        """The PDFs of invoices and credit memos."""
        return DocumentsClient(self._session)

    @cached_property
    def payments(self) -> PaymentClient:
        """The payment of invoices."""
        return PaymentClient(self._session)

    @cached_property
    def transactions(self) -> TransactionClient:
        """The transactions of the account."""
        return TransactionClient(self._session)
