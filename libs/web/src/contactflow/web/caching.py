"""Who may keep an answer: nobody, unless it says so itself."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class NoStoreMiddleware:
    """Adds `Cache-Control: no-store` to answers that say nothing: they may be about people."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = message["headers"]
                if not any(name.lower() == b"cache-control" for name, _ in said):
                    message = {**message, "headers": [*said, (b"cache-control", b"no-store")]}
            await send(message)

        await self._app(scope, receive, marked)
