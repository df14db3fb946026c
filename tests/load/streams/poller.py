"""python -m tests.load.streams.poller DATABASE_URL: a stream as one first writes it.

Each looks once a second, with the ORM, for what is new; nobody is told of anything.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from tests.load.chat.plain import Message, MessageOut, engine_of
from tests.load.process import serve

PAUSE_S = 1.0


def create_app(engine: AsyncEngine) -> FastAPI:
    """One route."""
    app = FastAPI()

    async def events(visitor_id: UUID) -> AsyncIterator[str]:
        place = 0
        while True:
            async with AsyncSession(engine) as session:
                new = (Message.visitor_id == visitor_id) & (Message.seq > place)
                found = await session.scalars(select(Message).where(new).order_by(Message.seq))
                for message in found:
                    place = message.seq
                    said = MessageOut.model_validate(message).model_dump_json()
                    yield f"id: {place}\nevent: message.created\ndata: {said}\n\n"
            await asyncio.sleep(PAUSE_S)

    @app.get("/events/{visitor_id}")
    async def follow(visitor_id: UUID) -> StreamingResponse:
        return StreamingResponse(events(visitor_id), media_type="text/event-stream")

    return app


if __name__ == "__main__":
    serve(create_app(engine_of(sys.argv[1])))
