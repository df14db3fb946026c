"""What conversations do when something happens elsewhere."""

from contactflow.chat.conversations.repository import SqlConversations
from contactflow.events import Fact
from contactflow.events.contacts import ContactDeleted, ContactLinked
from contactflow.persistence import Work


async def link_contact(work: Work, fact: Fact[ContactLinked]) -> None:
    if fact.body.service == "chat":
        await SqlConversations(work).link(fact.body.subject_id, fact.body.contact_id)


async def unlink_contact(work: Work, fact: Fact[ContactDeleted]) -> None:
    await SqlConversations(work).unlink(fact.body.contact_id)
