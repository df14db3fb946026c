"""python -m tests.load.chat.plain DATABASE_URL: the route as a newcomer writes it, FastAPI and ORM.

Who writes is looked up by their token, the message is stored, committed and answered: no person's
key, no seal, no limit, no event, no promise of an answer, and the same message twice is two.
"""

import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import DateTime, ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contactflow.kernel import new_id, system_clock
from tests.load.process import serve


class Plain(DeclarativeBase):
    """A base of its own: it is no table of ours."""


class Visitor(Plain):
    """Somebody with a token."""

    __tablename__ = "visitors"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)


class Message(Plain):
    """What they said."""

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visitor_id: Mapped[UUID] = mapped_column(ForeignKey("visitors.id"), index=True)
    seq: Mapped[int]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class MessageIn(BaseModel):
    """As the page sends it."""

    text: str
    client_message_id: str


class MessageOut(BaseModel):
    """As the page shows it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    seq: int
    text: str
    created_at: datetime


def create_app(engine: AsyncEngine) -> FastAPI:
    """One route."""
    app = FastAPI()

    async def session() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as opened:
            yield opened

    @app.post("/messages", status_code=201)
    async def write(
        new: MessageIn,
        session: Annotated[AsyncSession, Depends(session)],
        token: Annotated[str, Header()],
    ) -> MessageOut:
        visitor = await session.scalar(select(Visitor).where(Visitor.token == token))
        if visitor is None:
            raise HTTPException(401)
        mine = Message.visitor_id == visitor.id
        last = await session.scalar(select(func.max(Message.seq)).where(mine))
        message = Message(
            visitor_id=visitor.id, seq=(last or 0) + 1, text=new.text, created_at=system_clock()
        )
        session.add(message)
        await session.commit()
        return MessageOut.model_validate(message)

    return app


def engine_of(url: str) -> AsyncEngine:
    """With as many connections as ours has."""
    driven = url.replace("postgresql://", "postgresql+asyncpg://")
    return create_async_engine(driven, pool_size=10, max_overflow=0)


if __name__ == "__main__":
    serve(create_app(engine_of(sys.argv[1])))
