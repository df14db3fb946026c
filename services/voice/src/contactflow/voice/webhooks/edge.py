"""Webhooks over HTTP: raw bytes in, what the carrier understands out. Never behind the gateway."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final
from uuid import UUID

from opentelemetry.trace import SpanKind
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from contactflow.kernel import Clock, ContactFlowError, MalformedIdError, decode
from contactflow.telemetry import span
from contactflow.voice.carriers.errors import CarrierNotFoundError
from contactflow.voice.carriers.model import Carrier, Secrets
from contactflow.voice.carriers.telnyx import signature as telnyx_signature
from contactflow.voice.carriers.twilio import signature as twilio_signature
from contactflow.voice.carriers.twilio import twiml
from contactflow.voice.places.model import Admission
from contactflow.voice.webhooks import telnyx, twilio
from contactflow.voice.webhooks.intake import Intake, Received
from contactflow.voice.webhooks.service import Outcome, TurnedAway
from contactflow.voice.webhooks.wordings import SORRY
from contactflow.web.body import BodyTooLargeError, too_large, whole
from contactflow.web.bugs import BugMiddleware
from contactflow.web.problems import told_as_problem
from contactflow.web.requests import RequestIdMiddleware, goes_to

PREFIX: Final = "/webhooks/"
LIMIT: Final = 64 * 1024
Answer = Callable[[Request, bytes], Awaitable[Response]]


class Edge:
    """`public_url` is where the carriers call us, as they were told; they sign that."""

    def __init__(self, intake: Intake, clock: Clock, public_url: str) -> None:
        self._intake, self._clock, self._public_url = intake, clock, public_url

    @property
    def app(self) -> ASGIApp:
        return RequestIdMiddleware(BugMiddleware(Starlette(routes=self._routes())))

    def _routes(self) -> list[Route]:
        base = f"{PREFIX}twilio/{{carrier_id}}"
        return [
            _route(f"{base}/voice", self._voice),
            _route(f"{base}/status", self._status),
            _route(f"{base}/dial", self._dial),
            _route(f"{PREFIX}telnyx/{{carrier_id}}", self._telnyx),
        ]

    async def _voice(self, request: Request, body: bytes) -> Response:
        received = await self._from_twilio("voice", request, body)
        return _twiml(_told(await self._intake.work_on(received, twilio.read("voice", body))))

    async def _status(self, request: Request, body: bytes) -> Response:
        received = await self._from_twilio("status", request, body)
        await self._intake.work_on(received, twilio.read("status", body))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _dial(self, request: Request, body: bytes) -> Response:
        """A hand-over is over; whom nobody took is told so, each time that Twilio asks."""
        received = await self._from_twilio("dial", request, body)
        missed = twilio.read_dial(body)
        locale = (await self._intake.work_on(received, missed, known=True)).locale
        sorry = twiml.apologise(SORRY["missed"][locale], locale)
        return _twiml(sorry if missed else twiml.nothing())

    async def _from_twilio(self, what: str, request: Request, body: bytes) -> Received:
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{self._public_url}{request.url.path}{query}"

        def genuine(_: Carrier, secrets: Secrets) -> bool:
            return twilio_signature.is_genuine(
                secrets,
                url=url,
                body=body,
                signature=request.headers.get("x-twilio-signature", ""),
                settings=request.headers.get("x-twilio-webhooks-signature-settings"),
            )

        return await self._intake.receive(_carrier(request), "twilio", what, body, genuine)

    async def _telnyx(self, request: Request, body: bytes) -> Response:
        def genuine(carrier: Carrier, _: Secrets) -> bool:
            return telnyx_signature.is_genuine(
                carrier.public_key or "",
                body=body,
                signature=request.headers.get("telnyx-signature-ed25519", ""),
                timestamp=request.headers.get("telnyx-timestamp", ""),
                at=self._clock(),
            )

        carrier_id = _carrier(request)
        received = await self._intake.receive(carrier_id, "telnyx", "event", body, genuine)
        known = telnyx.is_known(body)
        await self._intake.work_on(received, telnyx.read(body), known=known)
        return Response(status_code=HTTPStatus.OK)


def _carrier(request: Request) -> UUID:
    try:
        return decode("car", request.path_params["carrier_id"])
    except MalformedIdError:
        raise CarrierNotFoundError from None


def _told(outcome: Outcome) -> str:
    """What Twilio is to do with the call."""
    locale, place = outcome.locale, outcome.place
    broken = SORRY["broken"][locale]
    if outcome.call is None:
        return twiml.reject()
    if isinstance(place, Admission):
        return twiml.connect(place.stream("twilio"), broken, locale)
    if isinstance(place, TurnedAway):
        if place.to:
            return twiml.dial(place.to, then="dial")
        return twiml.apologise(broken, locale)
    if outcome.call.is_over or outcome.call.is_live:
        return twiml.nothing()
    return twiml.apologise(SORRY["busy"][locale], locale)


def _twiml(text: str) -> Response:
    return Response(text, media_type="application/xml")


def _route(path: str, answer: Answer) -> Route:
    """Carriers post; what they are answered is measured by the path, and begins a trace."""
    bounded = _bounded(answer)

    async def named(request: Request) -> Response:
        goes_to(request.scope, path)
        with span(f"POST {path}", kind=SpanKind.SERVER):
            return await bounded(request)

    return Route(path, named, methods=["POST"])


def _bounded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """The whole body, if it is not too long nor too slow; errors of ours as problems."""

    async def answered(request: Request) -> Response:
        try:
            return await answer(request, await whole(request.scope, request.receive, limit=LIMIT))
        except BodyTooLargeError:
            return too_large(request.scope, LIMIT)
        except ContactFlowError as error:
            return told_as_problem(request.scope, error)

    return answered
