"""What a service asks of the carrier about a call under way (Twilio's Calls resource)."""

import asyncio
import base64
import hmac
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tools.phone.account import Account
from tools.phone.carrier import PhoneCall
from tools.phone.twiml import NotTwimlError, verbs

PATH = "/2010-04-01/Accounts/{account}/Calls/{sid}.json"


class Switchboard:
    """The calls that are under way, and what may be done to them by who knows the account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._calls: dict[str, PhoneCall] = {}

    @contextmanager
    def connected(self, call: PhoneCall) -> Iterator[None]:
        """It can be changed as long as this lasts."""
        self._calls[call.sid] = call
        try:
            yield
        finally:
            del self._calls[call.sid]

    async def update(self, request: Request) -> Response:
        """`Status=completed` ends the call, `Twiml` says how it goes on."""
        if not self._is_ours(request):
            return _error(401, 20003, "Authenticate")
        call = self._calls.get(request.path_params["sid"])
        if call is None:
            return _error(404, 20404, "The requested resource was not found")
        form = dict(parse_qsl((await request.body()).decode()))
        try:
            todo = verbs(form["Twiml"]) if "Twiml" in form else []
        except NotTwimlError as error:
            return _error(400, 21200, str(error))
        if not todo and form.get("Status") != "completed":
            return _error(400, 21220, "Neither Twiml nor the end is asked for")
        call.change(todo)
        return JSONResponse({"sid": call.sid, "status": "in-progress" if todo else "completed"})

    def _is_ours(self, request: Request) -> bool:
        known = f"{self.account.sid}:{self.account.token}".encode()
        due = "Basic " + base64.b64encode(known).decode()
        said = request.headers.get("Authorization", "")
        mine = request.path_params["account"] == self.account.sid
        return mine and hmac.compare_digest(due.encode(), said.encode())


class _Server(uvicorn.Server):
    """Leaves Ctrl-C to whoever calls."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(switchboard: Switchboard, port: int = 0) -> AsyncIterator[str]:
    """On 127.0.0.1; the address, which is the service's TWILIO_API_URL. Raises OSError."""
    app = Starlette(routes=[Route(PATH, switchboard.update, methods=["POST"])])
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = _Server(config)
    with socket.create_server(("127.0.0.1", port)) as listening:
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve([listening]))
            try:
                yield f"http://127.0.0.1:{listening.getsockname()[1]}"
            finally:
                server.should_exit = True


def _error(status: int, code: int, message: str) -> Response:
    return JSONResponse({"code": code, "message": message, "status": status}, status)
