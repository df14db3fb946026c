"""What can go wrong with an account."""

from contactflow.kernel import ConflictError, NotFoundError
from contactflow.web import UnauthenticatedError


class AccountNotFoundError(NotFoundError):
    pass


class AccountNotVerifiedError(ConflictError):
    """Nobody has proved yet that the address is theirs."""

    code = "account_not_verified"


class EmailTakenError(ConflictError):
    code = "email_taken"


class InvalidCredentialsError(UnauthenticatedError):
    code = "invalid_credentials"
