"""What can go wrong with an API key."""

from contactflow.kernel import ConflictError, NotFoundError, RefusedError


class ApiKeyNotFoundError(NotFoundError):
    pass


class ApiKeyLimitError(ConflictError):
    code = "api_key_limit"


class ScopeNotYoursError(RefusedError):
    code = "missing_scope"
