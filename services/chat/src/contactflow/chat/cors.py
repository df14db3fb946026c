"""Web chat from other sites' pages: what their browsers ask first, and may read of the answer."""

from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX: Final = "/v1/public/web-chat/"
PREFLIGHT: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, Idempotency-Key",
    "Access-Control-Max-Age": "86400",
}
READABLE: Final = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Retry-After, RateLimit, X-Request-Id"),
]


class CorsMiddleware:
    """Any page may ask, and may read what it is answered: no cookie is involved.

    Whether a page may chat is decided by its Origin against the channel, not here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            return await self._app(scope, receive, send)
        if scope["method"] == "OPTIONS":
            return await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *READABLE]}
            await send(message)

        return await self._app(scope, receive, readable)
