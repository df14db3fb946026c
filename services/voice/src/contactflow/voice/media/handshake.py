"""Whether a media socket is opened by the carrier of the call that its token stands for."""

import logging
from functools import partial
from typing import Final

from starlette.datastructures import Headers

from contactflow.kernel import PLATFORM_WORKSPACE_ID
from contactflow.persistence import Work
from contactflow.telemetry import bound, metrics
from contactflow.vault import keyring
from contactflow.voice.calls.repository import SqlCalls
from contactflow.voice.carriers.model import Kind, Secrets
from contactflow.voice.carriers.twilio.signature import is_genuine_stream
from contactflow.voice.media.carrying import Means
from contactflow.voice.places.repository import Waiting

SIGNS: Final[Kind] = "twilio"

log = logging.getLogger(__name__)


class Handshake:
    """By the account's secrets, where it is Twilio's.

    Telnyx signs no handshakes: there the token, which only it was told, is all there is to verify.

    Nothing is used up by looking: a token that somebody has seen, in a log or at a proxy, and
    cannot sign for, stays that of the carrier, who may come after them.
    """

    def __init__(self, means: Means) -> None:
        self._means = means

    async def is_genuine(self, token: str, headers: Headers) -> bool:
        """A bad signature is counted; a token that stands for nothing is nobody's.

        Raises CallNotFoundError, UnavailableError.
        """
        means, at = self._means, self._means.clock()
        waiting = await means.system.run(
            PLATFORM_WORKSPACE_ID, lambda work: means.house.waiting(work, token, at=at)
        )
        if waiting is None:
            return False
        with bound(call_id=waiting.call_id):
            secrets = await means.works.run(waiting.workspace_id, partial(_signing, waiting))
            return secrets is None or self._is_signed(secrets, token, headers)

    def _is_signed(self, secrets: Secrets, token: str, headers: Headers) -> bool:
        is_genuine = is_genuine_stream(
            secrets,
            url=self._means.house.admission(token).stream(SIGNS),
            signature=headers.get("x-twilio-signature", ""),
            settings=headers.get("x-twilio-webhooks-signature-settings"),
        )
        if not is_genuine:
            metrics.BAD_SIGNATURES.add(labels={"kind": SIGNS})
            log.warning("media.bad_signature")
        return is_genuine


async def _signing(waiting: Waiting, work: Work) -> Secrets | None:
    """By what the carrier signs, if it does."""
    carrier = await SqlCalls(work).carrier(waiting.call_id)
    return carrier.secrets(keyring(work.session.info)) if carrier.kind == SIGNS else None
