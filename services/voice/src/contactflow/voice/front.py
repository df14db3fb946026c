"""What every request passes: webhooks to their edge, the rest to the API."""

from starlette.types import ASGIApp, Receive, Scope, Send

from contactflow.voice.webhooks.edge import PREFIX


class Front:
    """Carriers send forms and sign raw bytes: the API's rules for bodies are not theirs."""

    def __init__(self, api: ASGIApp, webhooks: ASGIApp) -> None:
        self._api, self._webhooks = api, webhooks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        theirs = scope["type"] == "http" and scope["path"].startswith(PREFIX)
        await (self._webhooks if theirs else self._api)(scope, receive, send)
