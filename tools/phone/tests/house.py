"""A small service behind a number, as a customer of Twilio would write it."""

import asyncio
import base64
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from twilio.request_validator import RequestValidator

from tools.phone.account import Account, Number
from tools.phone.mulaw import decoded, encoded

PUBLIC = "https://voice.example.com"
TOKEN = "12345"
SID = "AC1"
STREAM = '<Stream url="wss://voice.example.com/media/t1"/>'
PAUSE = 25  # frames of silence after which it answers


def tone(seconds: float, hz: float = 440, rate: int = 8_000) -> bytes:
    """16 bit PCM that is loud all the time."""
    time = np.arange(round(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hz * time) * 8_000).astype("<i2").tobytes()


@dataclass
class House:
    """What it got, and how it behaves."""

    twiml: str = f"<Response><Connect>{STREAM}</Connect></Response>"
    greeting: bytes = field(default_factory=lambda: tone(0.4))
    answer: bytes | None = field(default_factory=lambda: tone(0.6))
    api_url: str = ""
    webhooks: list[dict[str, str]] = field(default_factory=list)
    callbacks: list[dict[str, str]] = field(default_factory=list)
    dialled: list[dict[str, str]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    can_be_interrupted: bool = False
    sounding: int = 0
    socket: WebSocket | None = None
    handshake: str | None = None

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/voice", self.voice, methods=["POST"]),
                Route("/status", self.status, methods=["POST"]),
                Route("/dial", self.dial, methods=["POST"]),
                WebSocketRoute("/media/{token}", self.media),
            ]
        )

    async def voice(self, request: Request) -> Response:
        form = await self._form(request)
        if form is None:
            return Response(status_code=403)
        self.webhooks.append(form)
        return Response(self.twiml, media_type="text/xml")

    async def status(self, request: Request) -> Response:
        form = await self._form(request)
        if form is None:
            return Response(status_code=403)
        self.callbacks.append(form)
        return Response(status_code=204)

    async def dial(self, request: Request) -> Response:
        form = await self._form(request)
        if form is None:
            return Response(status_code=403)
        self.dialled.append(form)
        sorry = "" if form["DialCallStatus"] == "completed" else "<Say>Nobody.</Say>"
        return Response(f"<Response>{sorry}</Response>", media_type="text/xml")

    async def _form(self, request: Request) -> dict[str, str] | None:
        """As Twilio's own library verifies it."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        signature = request.headers.get("X-Twilio-Signature", "")
        url = PUBLIC + request.url.path
        return form if RequestValidator(TOKEN).validate(url, form, signature) else None

    async def media(self, socket: WebSocket) -> None:
        self.handshake = socket.headers.get("X-Twilio-Signature")
        await socket.accept()
        self.socket = socket
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._converse(socket)

    async def _converse(self, socket: WebSocket) -> None:
        quiet, spoke = 0, False
        async for raw in socket.iter_text():
            message = json.loads(raw)
            self.messages.append(message)
            if message["event"] == "start":
                await self.say(self.greeting, "greeting")
            if message["event"] == "mark":
                self.sounding -= 1
            if message["event"] == "stop":
                return
            if message["event"] != "media":
                continue
            loud = np.abs(_pcm(message)).max() > 250
            quiet, spoke = (0, True) if loud else (quiet + 1, spoke)
            if loud and self.sounding and self.can_be_interrupted:
                await self.send({"event": "clear"})
            if spoke and quiet == PAUSE and self.answer is not None:
                spoke = False
                await self.say(self.answer, "answer")

    async def say(self, pcm: bytes, mark: str) -> None:
        """All at once, as much as it is: the carrier plays it in real time."""
        await self.send({"event": "media", "media": {"payload": _payload(pcm)}})
        await self.send({"event": "mark", "mark": {"name": mark}})
        self.sounding += 1

    async def send(self, message: dict[str, Any]) -> None:
        assert self.socket is not None
        await self.socket.send_json(message | {"streamSid": self.stream})

    @property
    def stream(self) -> str:
        [start] = [one for one in self.messages if one["event"] == "start"]
        return str(start["start"]["streamSid"])

    def marks(self) -> list[str]:
        return [one["mark"]["name"] for one in self.messages if one["event"] == "mark"]

    def heard(self) -> bytes:
        media = [one for one in self.messages if one["event"] == "media"]
        return b"".join(_pcm(one).astype("<i2").tobytes() for one in media)

    async def change(self, sid: str, change: dict[str, str], token: str = TOKEN) -> httpx.Response:
        """By the carrier's REST API."""
        async with httpx.AsyncClient(base_url=self.api_url, auth=(SID, token)) as http:
            return await http.post(f"/2010-04-01/Accounts/{SID}/Calls/{sid}.json", data=change)


def _pcm(message: dict[str, Any]) -> Any:
    raw = decoded(base64.b64decode(message["media"]["payload"]))
    return np.frombuffer(raw, "<i2").astype(np.int32)


def _payload(pcm: bytes) -> str:
    return base64.b64encode(encoded(pcm)).decode()


def account(url: str, token: str = TOKEN) -> Account:
    reach = {PUBLIC: url, PUBLIC.replace("http", "ws", 1): url.replace("http", "ws", 1)}
    return Account(SID, token, reach)


NUMBER = Number("+33100000001", f"{PUBLIC}/voice", f"{PUBLIC}/status")


async def beats(number: int = 3) -> None:
    await asyncio.sleep(0.02 * number)
