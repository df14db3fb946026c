"""What can go wrong with a call."""

from contactflow.kernel import NotFoundError


class CallNotFoundError(NotFoundError):
    code = "call_not_found"


class SummaryPendingError(NotFoundError):
    code = "summary_pending"


class RecordingNotFoundError(NotFoundError):
    code = "recording_not_found"
