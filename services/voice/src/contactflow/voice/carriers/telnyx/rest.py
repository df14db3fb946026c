"""Commands to Telnyx. Each has an id, so that said twice it is done once.

Source: Telnyx, Call Control API: POST /v2/calls/{call_control_id}/actions/...
"""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

import httpx

from contactflow.voice.carriers.commands import TIMEOUT, told
from contactflow.voice.carriers.telnyx import handover

HANG_UP: Final = "hangup"
SPEAK: Final = "speak"
GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}
"""There is no such call any more: who wanted to hang up, or to say that it is over, has what they
wanted, nobody else has."""


class TelnyxRest:
    """One client for all accounts; the key comes with each command."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=TIMEOUT, trust_env=False)

    async def answer(self, key: str, call: str, stream_url: str, *, command_id: UUID) -> None:
        """Answer, and have the audio come to us. Raises UnavailableError, RefusedCommandError."""
        said = {
            "stream_url": stream_url,
            "stream_track": "inbound_track",
            "stream_bidirectional_mode": "rtp",
            "stream_bidirectional_codec": "PCMU",
        }
        await self._do(key, call, "answer", said, command_id)

    async def hang_up(self, key: str, call: str, *, command_id: UUID) -> None:
        """As above; a call that is over is hung up."""
        await self._do(key, call, HANG_UP, {}, command_id)

    async def transfer(self, key: str, call: str, to: str, *, command_id: UUID) -> None:
        """As above."""
        said = {"to": to, "target_leg_client_state": handover.state(call)}
        await self._do(key, call, "transfer", said, command_id)

    async def speak(
        self, key: str, call: str, text: str, *, language: str, command_id: UUID
    ) -> None:
        """As above; a caller who has hung up needs to hear nothing."""
        said = {"payload": text, "voice": "female", "language": language}
        await self._do(key, call, SPEAK, said, command_id)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _do(
        self, key: str, call: str, action: str, said: dict[str, Any], command_id: UUID
    ) -> None:
        path = f"/v2/calls/{quote(call, safe='')}/actions/{action}"
        headers = {"Authorization": f"Bearer {key}"}
        said |= {"command_id": str(command_id)}
        done = GONE if action in {HANG_UP, SPEAK} else ()
        await told("telnyx", self._http.post(path, json=said, headers=headers), done=done)
