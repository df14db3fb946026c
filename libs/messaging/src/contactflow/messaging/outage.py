"""Saying that something is away once, however often it is looked for."""

from logging import Logger


class Outage:
    """`lost` is logged when it begins, `found` when it is over; both are names of log events."""

    def __init__(self, log: Logger, *, lost: str, found: str) -> None:
        self._log, self._lost, self._found = log, lost, found
        self._is_on = False

    def goes_on(self, error: BaseException) -> None:
        """It is away, or still is; of the error only the class is told."""
        if not self._is_on:
            self._log.warning(self._lost, extra={"error": names(error)})
        self._is_on = True

    def is_over(self) -> None:
        """It is there, or still is."""
        if self._is_on:
            self._log.info(self._found)
        self._is_on = False


def names(error: BaseException) -> str:
    """The class of an error, or of those that a group holds."""
    if isinstance(error, BaseExceptionGroup):
        return ", ".join(sorted({names(one) for one in error.exceptions}))
    return type(error).__name__
