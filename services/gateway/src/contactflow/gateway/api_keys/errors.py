"""What can go wrong with an API key."""

from contactflow.kernel import ConflictError, ContactFlowError, NotFoundError, RefusedError


class ApiKeyNotFoundError(NotFoundError):
    pass


class ApiKeyLimitError(ConflictError):
    code = "api_key_limit"


class ScopeNotYoursError(RefusedError):
    code = "missing_scope"


class ExpiresInPastError(ContactFlowError):
    """A key that nobody could ever use."""

    code = "expires_in_past"
    pointer = "/expires_at"
