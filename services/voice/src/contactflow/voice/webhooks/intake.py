"""Taking a webhook in: is it the carrier's, keep it, then work on it, each in its transaction."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from contactflow.kernel import PLATFORM_WORKSPACE_ID, Clock
from contactflow.messaging import later
from contactflow.messaging.failures import code_of
from contactflow.persistence import Work, Works
from contactflow.telemetry import metrics
from contactflow.vault import keyring
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.carriers.errors import CarrierNotFoundError
from contactflow.voice.carriers.model import Carrier, Kind, Secrets
from contactflow.voice.carriers.repository import SqlCarriers
from contactflow.voice.numbers.repository import SqlPhoneNumbers
from contactflow.voice.places.model import Tokens
from contactflow.voice.places.repository import SqlPlaces
from contactflow.voice.webhooks import repository, service
from contactflow.voice.webhooks.errors import BadSignatureError
from contactflow.voice.webhooks.model import CarrierWebhook
from contactflow.voice.webhooks.news import Missed, News
from contactflow.voice.webhooks.promises import ANSWER, AnswerCall
from contactflow.voice.webhooks.service import Outcome

log = logging.getLogger(__name__)
Genuine = Callable[[Carrier, Secrets], bool]


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook that is the carrier's, and is kept."""

    workspace_id: UUID
    carrier_id: UUID
    webhook_id: UUID
    kind: Kind


class Intake:
    """Works on the service's databases; who answers HTTP knows nothing of them."""

    def __init__(self, works: Works, system: Works, clock: Clock, tokens: Tokens) -> None:
        self._works, self._system, self._clock, self._tokens = works, system, clock, tokens

    async def receive(
        self, carrier_id: UUID, kind: Kind, what: str, body: bytes, genuine: Genuine
    ) -> Received:
        """Keep it. Raises CarrierNotFoundError, BadSignatureError."""
        whose = partial(repository.workspace_of, carrier_id=carrier_id)
        workspace_id = await self._system.run(PLATFORM_WORKSPACE_ID, whose)

        async def keep(work: Work) -> Received:
            ring = keyring(work.session.info)
            carrier = await SqlCarriers(work).read(carrier_id)
            if carrier.kind != kind:
                raise CarrierNotFoundError
            if not genuine(carrier, carrier.secrets(ring)):
                raise BadSignatureError
            at = self._clock()
            row = CarrierWebhook.receive(ring, carrier_id=carrier_id, kind=what, body=body, at=at)
            work.session.add(row)
            return Received(workspace_id, carrier_id, row.id, kind)

        try:
            return await self._works.run(workspace_id, keep)
        except BadSignatureError:
            metrics.BAD_SIGNATURES.add(labels={"kind": kind})
            log.warning("webhook.bad_signature", extra={"carrier_id": carrier_id, "kind": kind})
            raise

    async def work_on(
        self, received: Received, news: News | Missed | None, *, known: bool = False
    ) -> Outcome:
        """What comes of it; what nobody understands, or failed, stays to be seen."""
        nothing_new = Outcome() if known else Outcome(unknown="unknown_event")
        try:
            return await self._works.run(
                received.workspace_id, partial(self._worked, received, news, nothing_new)
            )
        except Exception as error:
            code = code_of(error, type(error).__name__)
            failed = partial(
                repository.leave, webhook_id=received.webhook_id, status="failed", code=code
            )
            await self._works.run(received.workspace_id, failed)
            raise

    async def _worked(
        self, received: Received, news: News | Missed | None, nothing_new: Outcome, work: Work
    ) -> Outcome:
        outcome = nothing_new
        if news:
            outcome = await self._heard(received, news, work, self._clock())
        if outcome.unknown:
            await repository.leave(work, received.webhook_id, "unknown", outcome.unknown)
            return outcome
        await repository.done(work, received.webhook_id)
        if outcome.call and received.kind == "telnyx" and _asks(news):
            due = AnswerCall(workspace_id=work.workspace_id, call_id=outcome.call.id)
            await later(work, ANSWER, due, key=str(outcome.call.id))
        return outcome

    async def _heard(
        self, received: Received, news: News | Missed, work: Work, at: datetime
    ) -> Outcome:
        if isinstance(news, Missed):
            of, known = received.carrier_id, SqlCalls(work)
            return await service.miss_human(news, carrier_id=of, calls_=known, at=at)
        return await service.hear(
            news,
            carrier_id=received.carrier_id,
            numbers=SqlPhoneNumbers(work),
            calls_=SqlCalls(work),
            places=SqlPlaces(work, self._tokens),
            at=at,
        )


def _asks(news: News | Missed | None) -> bool:
    return isinstance(news, News) and news.asks
