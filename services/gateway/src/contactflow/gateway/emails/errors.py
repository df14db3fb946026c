"""What can go wrong with an e-mail."""

from contactflow.kernel import NotFoundError


class EmailNotFoundError(NotFoundError):
    pass
