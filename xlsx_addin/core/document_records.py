"""What is on record of each document on its way from Amazon into a folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self

from xlsx_addin.core.documents import DocumentKey

REPORT_KEPT_S: Final = 89 * 86_400
"""How long Amazon keeps a report, 90 days, less a day so that nobody comes too late."""

ASK_AGAIN_S: Final = 86_400
"""How long a document that Amazon did not deliver is left alone."""


class DocumentState(StrEnum):
    """How far a document is."""

    WANTED = "wanted"
    REQUESTED = "requested"
    READY = "ready"
    SAVED = "saved"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """How far a document is. Times are seconds since 1970 (UTC).

    Args:
        key: which document.
        state: how far it is.
        changed_at: when it came to that.
        way: which of the ways to ask was or will be tried, from 0.
        options: the report options that were asked with.
        reports: how many reports ended with FATAL.
        report_id: Amazon's, once it is ordered.
        requested_at: when it was ordered.
        document_id: Amazon's, once the report is done.
        path: the file; before `SAVED` where it is about to be put.
        sha256: of the file, in hexadecimal digits.
        size: of the file in bytes.
        words: why there is no PDF.
    """

    key: DocumentKey
    state: DocumentState = DocumentState.WANTED
    changed_at: float = 0.0
    way: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    reports: int = 0
    report_id: str = ""
    requested_at: float = 0.0
    document_id: str = ""
    path: str = ""
    sha256: str = ""
    size: int = 0
    words: str = ""

    def moved(self, state: DocumentState, at: float, **changes: object) -> Self:
        """Give the record of the document in another state.

        Args:
            state: the new one.
            at: when.
            changes: other fields.
        """
        return replace(self, state=state, changed_at=at, **changes)  # type: ignore[arg-type]

    def anew(self, at: float, *, way: int = 0, reports: int = 0) -> "DocumentRecord":
        """Forget the report, so that a new one is ordered.

        Args:
            at: when.
            way: which of the ways to ask is tried next.
            reports: how many reports ended with FATAL.
        """
        return DocumentRecord(self.key, changed_at=at, way=way, reports=reports)

    def has_report(self, now: float) -> bool:
        """Say whether Amazon still keeps its report."""
        return bool(self.report_id) and 0 <= now - self.requested_at < REPORT_KEPT_S

    def resumed(self, now: float, *, ways: int, retry: bool) -> "DocumentRecord":
        """Give the state from which a new run goes on, if there is no file of it.

        Args:
            now: the time.
            ways: how many ways to ask there are.
            retry: ask again for what Amazon did not deliver.
        """
        if self.state in (DocumentState.GONE, DocumentState.FAILED):
            rests = 0 <= now - self.changed_at < ASK_AGAIN_S
            return self if rests and not retry else self.anew(now)
        if self.state is DocumentState.WANTED:
            return self if self.way < ways else self.anew(now)
        if not self.has_report(now):
            return self.anew(now)
        if self.document_id:
            return self.moved(DocumentState.READY, now)
        return self.moved(DocumentState.REQUESTED, now)
