"""What can go wrong with a conversation."""

from collections.abc import Iterator
from contextlib import contextmanager

from contactflow.kernel import ConflictError, GoneError, NotFoundError


class ConversationNotFoundError(NotFoundError):
    code = "conversation_not_found"


class ConversationClosedError(ConflictError):
    code = "conversation_closed"


@contextmanager
def gone_if_not_found() -> Iterator[None]:
    """For a job: it was there when the job was promised, so it went with its visitor.

    Raises GoneError, then.
    """
    try:
        yield
    except ConversationNotFoundError:
        raise GoneError from None
