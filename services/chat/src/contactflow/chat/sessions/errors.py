"""What can go wrong with a session."""

from contactflow.kernel import ContactFlowError


class SessionEndedError(ContactFlowError):
    """Over, erased, or never there: the visitor may open a new one."""

    code = "session_ended"
