"""What requests do when somebody has asked for one elsewhere, and when nobody came back."""

from contactflow.events import Fact
from contactflow.events.calls import CallPrivacyRequested
from contactflow.events.conversations import PrivacyRequested
from contactflow.kernel import Clock
from contactflow.persistence import Work
from contactflow.privacy.requests import service
from contactflow.privacy.requests.model import Intake
from contactflow.privacy.requests.promises import OfRequest
from contactflow.privacy.requests.repository import SqlRequests
from contactflow.privacy.workspaces.repository import current


async def receive_from_chat(work: Work, fact: Fact[PrivacyRequested]) -> None:
    """In words, to the AI: an officer finds out who it is."""
    asked, at = fact.body, fact.occurred_at
    workspace = await current(work)
    await service.receive_from_chat(
        SqlRequests(work),
        intake=Intake(asked.right, "chat", at, workspace.locale),
        subject_id=asked.subject_id,
        conversation_id=asked.conversation_id,
        at=at,
    )


async def receive_from_call(work: Work, fact: Fact[CallPrivacyRequested]) -> None:
    """As above, on the telephone."""
    asked, at = fact.body, fact.occurred_at
    workspace = await current(work)
    await service.receive_from_call(
        SqlRequests(work),
        intake=Intake(asked.right, "phone", at, workspace.locale),
        subject_id=asked.subject_id,
        call_id=asked.call_id,
        at=at,
    )


async def expire(work: Work, due: OfRequest, clock: Clock) -> None:
    await service.expire(SqlRequests(work), request_id=due.request_id, at=clock())
