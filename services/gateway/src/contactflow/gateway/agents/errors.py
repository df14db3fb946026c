"""What can go wrong with an agent."""

from contactflow.kernel import ContactFlowError, NotFoundError


class AgentNotFoundError(NotFoundError):
    pass


class NotAvailableError(ContactFlowError, ValueError):
    """A word of the API whose meaning is not built yet."""

    code = "not_available"
