"""The last resort: a fault of ours is a 500 that tells nothing of what was in the request."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contactflow.web.problems import bug


class AnswerCutShortError(Exception):
    """A bug after the first byte was sent: the connection is closed, the cause is logged."""


class BugMiddleware:
    """Answers every exception that nobody handled with 500 `internal_error`.

    Its text goes nowhere: neither into the answer nor into a log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  whatever it is, it ends here
            answer = bug(scope, error)
            if begun:
                raise AnswerCutShortError from None
            await answer(scope, receive, send)
