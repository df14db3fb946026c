"""What can go wrong with a session."""

from contactflow.web import UnauthenticatedError


class SessionEndedError(UnauthenticatedError):
    """Over, erased, or never there: the visitor may open a new one."""

    code = "session_ended"
