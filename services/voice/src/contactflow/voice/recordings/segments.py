"""Ten seconds of a recording as an object: sealed by the caller's key, gone with the caller.

    recordings/{workspace}/{subject}/{recording}/{number}

Audio is G.711 mu-law, 8 kHz, two channels (caller left): 16,000 bytes a second.
"""

from typing import Final
from uuid import UUID

import obstore
from obstore.store import ObjectStore

from contactflow.erasure.objects import reached
from contactflow.vault.envelopes import DataKey, binding
from contactflow.voice.calls.contents import A_SECOND

FOLDER: Final = "recordings"
FIELD: Final = "voice.recording.segment"
SIZE: Final = 10 * A_SECOND
SILENCE: Final = b"\xff"


class Segments:
    """The segments of one recording."""

    def __init__(
        self, store: ObjectStore, workspace_id: UUID, subject_id: UUID, recording_id: UUID
    ) -> None:
        self._store, self._workspace_id, self._id = store, workspace_id, recording_id
        self._folder = f"{of_person(workspace_id, subject_id)}/{recording_id}"

    async def put(self, key: DataKey, number: int, audio: bytes) -> None:
        """Store it, again the same. Raises UnavailableError."""
        with reached():
            envelope = key.seal(audio, self._bound_to(number))
            await obstore.put_async(self._store, self._path(number), envelope)

    async def get(self, key: DataKey, number: int) -> bytes | None:
        """None when it was never stored. Raises UnavailableError, UnsealError."""
        with reached():
            try:
                found = await obstore.get_async(self._store, self._path(number))
                envelope = bytes(await found.bytes_async())
            except FileNotFoundError:
                return None
        return key.open(envelope, self._bound_to(number))

    async def delete(self, number: int) -> None:
        """Remove it. Raises UnavailableError."""
        with reached():
            await obstore.delete_async(self._store, self._path(number))

    def _path(self, number: int) -> str:
        return f"{self._folder}/{number:06}"

    def _bound_to(self, number: int) -> bytes:
        return binding(self._workspace_id, FIELD, self._id) + number.to_bytes(4)


def of_person(workspace_id: UUID, subject_id: UUID) -> str:
    """The folder of all that is recorded of somebody."""
    return f"{FOLDER}/{workspace_id}/{subject_id}"
