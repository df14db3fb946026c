"""What can go wrong with a call."""

from contactflow.kernel import NotFoundError, PendingError


class CallNotFoundError(NotFoundError):
    code = "call_not_found"


class SummaryNotFoundError(NotFoundError):
    code = "summary_not_found"


class SummaryPendingError(PendingError):
    code = "summary_pending"


class RecordingNotFoundError(NotFoundError):
    code = "recording_not_found"
