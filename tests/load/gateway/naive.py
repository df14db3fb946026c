"""python -m tests.load.gateway.naive SERVICE_URL: a forwarder with httpx, the obvious way.

It passes on what it gets: it looks nobody up, signs no token, counts nobody's requests.
"""

import sys

from httpx import AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.load.process import serve

KEPT_BACK = {"content-length", "connection", "date", "server", "transfer-encoding"}


def create_app(url: str) -> Starlette:
    """Every path."""
    client = AsyncClient(base_url=url)

    async def forward(request: Request) -> Response:
        answer = await client.request(
            request.method,
            request.url.path,
            params=request.query_params,
            headers={k: v for k, v in request.headers.items() if k != "host"},
            content=await request.body(),
        )
        headers = {k: v for k, v in answer.headers.items() if k not in KEPT_BACK}
        return Response(answer.content, answer.status_code, headers)

    return Starlette(routes=[Route("/{path:path}", forward)])


if __name__ == "__main__":
    serve(create_app(sys.argv[1]))
