"""What timelines do when something happens."""

from contactflow.crm.contacts import service as contacts
from contactflow.crm.contacts.repository import SqlContacts
from contactflow.crm.contacts.visitors import Visitor
from contactflow.crm.timeline import service
from contactflow.crm.timeline.model import VOICE, Outcome, TimelineItem
from contactflow.crm.timeline.repository import SqlTimeline
from contactflow.events import Fact
from contactflow.events.calls import CallCompleted, CallHandoverFailed, CallStarted, CallSummarized
from contactflow.events.contacts import ContactDeleted
from contactflow.events.conversations import (
    ConversationClosed,
    ConversationHandedOff,
    ConversationStarted,
    MessageReceived,
    MessageSent,
)
from contactflow.persistence import Work

Heard = (
    ConversationStarted | MessageReceived | MessageSent | ConversationHandedOff | ConversationClosed
)
Called = CallStarted | CallCompleted | CallHandoverFailed | CallSummarized


async def note_conversation(work: Work, fact: Fact[Heard], visitor: Visitor) -> None:
    """Whoever takes part is a contact, and the conversation is on their timeline."""
    body = fact.body
    by_visitor = isinstance(body, ConversationStarted | MessageReceived)
    contact = await contacts.recognise(
        SqlContacts(work),
        service="chat",
        subject_id=body.subject_id,
        visitor=visitor,
        acted_at=fact.occurred_at if by_visitor else None,
        at=fact.occurred_at,
    )
    if contact.deleted_at:
        return
    item = await service.happened(
        SqlTimeline(work),
        contact=contact,
        item_id=body.conversation_id,
        channel=body.channel,
        at=fact.occurred_at,
    )
    _tell(item, fact)


def _tell(item: TimelineItem, fact: Fact[Heard]) -> None:
    match fact.body:
        case MessageReceived() | MessageSent() as message:
            item.counted(message.message_count)
        case ConversationHandedOff():
            item.came_to("handed_off", version=fact.aggregate_version)
        case ConversationClosed():
            item.came_to("closed", version=fact.aggregate_version)


async def note_call(work: Work, fact: Fact[Called], caller: Visitor) -> None:
    """Whoever calls is a contact, and the call is on their timeline."""
    body = fact.body
    contact = await contacts.recognise(
        SqlContacts(work),
        service="voice",
        subject_id=body.subject_id,
        visitor=caller,
        acted_at=fact.occurred_at if isinstance(body, CallStarted) else None,
        at=fact.occurred_at,
    )
    if contact.deleted_at:
        return
    item = await service.happened(
        SqlTimeline(work), contact=contact, item_id=body.call_id, channel=VOICE, at=fact.occurred_at
    )
    if isinstance(body, CallCompleted):
        item.counted(body.turn_count)
        outcome: Outcome = "handed_over" if body.ended_by == "handed_over" else body.status
        item.came_to(outcome, version=fact.aggregate_version)
    elif isinstance(body, CallHandoverFailed):
        item.came_to("handover_failed", version=fact.aggregate_version)


async def clear(work: Work, fact: Fact[ContactDeleted]) -> None:
    await SqlTimeline(work).clear(fact.body.contact_id)
