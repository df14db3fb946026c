"""What goes wrong around a server."""


class ServerError(RuntimeError):
    """A server, or a command for one, failed; `said` is the end of what it printed."""

    def __init__(self, what: str, said: object = "") -> None:
        super().__init__(f"{what}: {said}".strip(" \n:"))
