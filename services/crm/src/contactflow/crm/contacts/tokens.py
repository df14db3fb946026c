"""What finds a contact by the beginning of a name, without telling the name."""

from uuid import UUID

from sqlalchemy import ColumnElement, PrimaryKeyConstraint, and_, delete, false, insert, select
from sqlalchemy.orm import Mapped

from contactflow.crm.contacts.model import Contact
from contactflow.crm.contacts.words import is_indexed, prefixes, words
from contactflow.persistence import Base, Work, references
from contactflow.vault import Category, keyring, neutral, unsealed

FIELD = "crm.contact.name"


class ContactToken(Base):
    """A keyed hash of the beginning of a word of the contact's name."""

    __tablename__ = "contact_tokens"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "token", "contact_id"),
        {"info": {"unwalled": "keyed per workspace; what it finds is joined to contacts"}},
    )

    workspace_id: Mapped[UUID] = neutral()
    token: Mapped[bytes] = unsealed("crm.contact.token", Category.PSEUDONYM)
    contact_id: Mapped[UUID] = neutral()
    subject_id: Mapped[UUID] = neutral()


references(ContactToken, "contacts", "contact_id")
references(ContactToken, "subjects", "subject_id")


async def index_name(work: Work, contact: Contact) -> None:
    """Let the contact be found by the name that it has now, and by no other."""
    await work.rows(delete(ContactToken).where(ContactToken.contact_id == contact.id))
    tokens = keyring(work.session.info).indexer.words(FIELD, prefixes(contact.name or ""))
    whose = {
        "workspace_id": contact.workspace_id,
        "contact_id": contact.id,
        "subject_id": contact.subject_id,
    }
    if tokens:
        rows = [{**whose, "token": token} for token in frozenset(tokens)]
        await work.rows(insert(ContactToken), rows)


def named(work: Work, beginning: str) -> ColumnElement[bool]:
    """Contacts in whose name a word begins with each of these words that are indexed."""
    indexer = keyring(work.session.info).indexer
    sought = [indexer.words(FIELD, [word]) for word in words(beginning) if is_indexed(word)]
    return and_(*(_having(work, tokens) for tokens in sought)) if sought else false()


def _having(work: Work, tokens: list[bytes]) -> ColumnElement[bool]:
    found = select(ContactToken.contact_id).where(
        ContactToken.workspace_id == work.workspace_id, ContactToken.token.in_(tokens)
    )
    return Contact.id.in_(found)
