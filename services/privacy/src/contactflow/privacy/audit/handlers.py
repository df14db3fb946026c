"""What the audit ledger notes of what was done in another service."""

from contactflow.events import Fact
from contactflow.events.contacts import ContactReturned
from contactflow.persistence import Work
from contactflow.privacy.audit.repository import record


async def note_return(work: Work, fact: Fact[ContactReturned]) -> None:
    said = fact.body
    facts = {"contact_id": said.contact_id, "returned_at": int(said.returned_at.timestamp())}
    await record(
        work,
        action="contact.returned",
        actor=f"{said.entered_by}:{said.entered_by_id}",
        request_id=None,
        facts=facts,
        at=fact.occurred_at,
    )
