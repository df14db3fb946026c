"""What the HTTP edge itself refuses."""

from contactflow.kernel import ContactFlowError, RefusedError


class UnauthenticatedError(ContactFlowError):
    """Nobody, or not whom they say they are: 401."""

    code = "unauthenticated"


class MissingScopeError(RefusedError):
    """Known, and may do other things: 403 that names the scope."""

    code = "missing_scope"


class WorkspaceRequiredError(RefusedError):
    """The route works on one workspace and the caller has named none."""

    code = "workspace_required"


class PreconditionRequiredError(ContactFlowError):
    """A change without the version it is based on: 428."""

    code = "precondition_required"


class InvalidCursorError(ContactFlowError, ValueError):
    """No list of ours gave this cursor: 422."""

    code = "invalid_cursor"


class InvalidIfMatchError(ContactFlowError, ValueError):
    """Neither a list of entity tags nor `*`: 422."""

    code = "invalid_if_match"


class InvalidTimeError(ContactFlowError, ValueError):
    """Not a time as RFC 3339 writes it, with its offset, of a year that makes sense: 422."""

    code = "invalid_time"


class RequestTimeoutError(ContactFlowError):
    """The client did not send what it had announced: 408."""

    code = "request_timeout"


class TooManyRequestsError(ContactFlowError):
    """Over a limit: 429 with Retry-After."""

    code = "too_many_requests"
