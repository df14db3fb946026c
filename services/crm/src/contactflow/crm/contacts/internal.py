"""Contacts for our own services: what whoever serves a person has to know of them."""

from uuid import UUID

from fastapi import APIRouter

from contactflow.crm.contacts import queries
from contactflow.crm.contacts.dependencies import Internal
from contactflow.crm.contacts.schemas import ServedOut

router = APIRouter(prefix="/internal", tags=["internal"])


@router.get("/contacts/{contact_id}")
async def get_served_contact(contact_id: UUID, work: Internal) -> ServedOut:
    """Show which language the person is served in."""
    return ServedOut.model_validate(await queries.one(work, contact_id))
