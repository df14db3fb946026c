"""The obvious alternative: plain columns, the ORM, OFFSET and ILIKE, under the same policies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import DateTime, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contactflow.persistence.walls import walled

TABLES: Final = (
    """CREATE TABLE plain_contacts (
           workspace_id uuid NOT NULL, id uuid PRIMARY KEY, name text, email text,
           created_at timestamptz NOT NULL)""",
    """CREATE TABLE plain_items (
           workspace_id uuid NOT NULL, id uuid PRIMARY KEY, contact_id uuid NOT NULL,
           channel text NOT NULL, occurred_at timestamptz NOT NULL, message_count int NOT NULL)""",
    "CREATE INDEX plain_newest ON plain_contacts (workspace_id, created_at)",
    "CREATE INDEX plain_email ON plain_contacts (workspace_id, email)",
    "CREATE INDEX plain_of ON plain_items (contact_id, occurred_at)",
    *walled("plain_contacts", "crm_app"),
    *walled("plain_items", "crm_app"),
)


class Plain(DeclarativeBase):
    """A base of its own: it is no table of ours."""


class Contact(Plain):
    """Everything readable."""

    __tablename__ = "plain_contacts"

    workspace_id: Mapped[UUID]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Item(Plain):
    """Something that happened."""

    __tablename__ = "plain_items"

    workspace_id: Mapped[UUID]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID]
    channel: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    message_count: Mapped[int]


class ContactOut(BaseModel):
    """As FastAPI would answer it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    email: str
    created_at: datetime


class ItemOut(BaseModel):
    """As FastAPI would answer it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    channel: str
    occurred_at: datetime
    message_count: int


async def contacts(session: AsyncSession, offset: int, limit: int) -> list[ContactOut]:
    """Newest first."""
    page = select(Contact).order_by(Contact.created_at.desc()).offset(offset).limit(limit)
    return [ContactOut.model_validate(one) for one in await session.scalars(page)]


async def search(session: AsyncSession, wanted: str, limit: int) -> Sequence[ContactOut]:
    """Whoever's name or address has each word in it, newest first."""
    found = select(Contact).order_by(Contact.created_at.desc()).limit(limit)
    for word in wanted.split():
        like = f"%{word}%"
        found = found.where(or_(Contact.name.ilike(like), Contact.email.ilike(like)))
    return [ContactOut.model_validate(one) for one in await session.scalars(found)]


async def items(
    session: AsyncSession, contact_id: UUID, offset: int, limit: int
) -> Sequence[ItemOut]:
    """Newest first."""
    mine = select(Item).where(Item.contact_id == contact_id)
    page = mine.order_by(Item.occurred_at.desc()).offset(offset).limit(limit)
    return [ItemOut.model_validate(one) for one in await session.scalars(page)]
