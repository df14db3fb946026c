"""What can go wrong with a conversation."""

from contactflow.kernel import ConflictError, NotFoundError


class ConversationNotFoundError(NotFoundError):
    code = "conversation_not_found"


class ConversationClosedError(ConflictError):
    code = "conversation_closed"
