"""What erasing does when a participant has answered."""

from contactflow.events import Fact
from contactflow.events.erasures import ErasureParticipantCompleted
from contactflow.persistence import Work
from contactflow.privacy.requests.promises import ADVANCE
from contactflow.privacy.requests.repository import SqlRequests


async def note_answer(work: Work, fact: Fact[ErasureParticipantCompleted]) -> None:
    """When it was the last one, the next step is due at once."""
    requests, said = SqlRequests(work), fact.body
    request = await requests.get(said.request_id)
    request.answered(said.participant, said.round, at=fact.occurred_at)
    if request.status == "verifying_erasure":
        await requests.promise(ADVANCE, request)
