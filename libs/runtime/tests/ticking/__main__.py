"""python -m libs.runtime.tests.ticking api | worker | all | migrate | deadletters | count."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select

from contactflow.erasure.participant import Participant
from contactflow.events import Fact
from contactflow.kernel import new_id
from contactflow.messaging import Backbone, Part, on
from contactflow.persistence import Work
from contactflow.runtime import Command, Platform, Service, Settings, main
from libs.runtime.tests.ticking.model import CARD, POISONED, Noted, Ticked, Ticker


class TickingSettings(Settings):
    bomb: bool = False


def create_app(on_: Platform[TickingSettings]) -> FastAPI:
    app = FastAPI()

    @app.post("/workspaces/{workspace_id}/ticks")
    async def tick(workspace_id: UUID, total: int, slow: float = 0) -> str:
        async with on_.works.begin(workspace_id) as work:
            ticker = Ticker(workspace_id=workspace_id, id=new_id(), total=total)
            ticker.created_at = on_.clock()
            ticker.record(Ticked(total=total), at=on_.clock())
            work.session.add(ticker)
            await asyncio.sleep(slow)
        return str(ticker.id)

    @app.get("/watch/{changed}")
    async def watch(changed: UUID) -> StreamingResponse:
        async def wakes() -> AsyncIterator[bytes]:
            with on_.changes.watch(changed) as woken:
                async for _ in woken:
                    yield b"look\n"
            yield b"bye\n"

        return StreamingResponse(wakes())

    return app


async def note(work: Work, fact: Fact[Ticked]) -> None:
    if fact.body.total == POISONED:
        raise RuntimeError(CARD)
    row = Noted(workspace_id=work.workspace_id, id=new_id(), ticker_id=fact.aggregate_id)
    work.session.add(row)


class Bomb:
    """A part with a bug."""

    def __init__(self, settings: TickingSettings) -> None:
        self._lit = settings.bomb

    def stop(self) -> None:
        """Nothing to stop."""

    async def run(self) -> None:
        if self._lit:
            raise RuntimeError(CARD)


def parts(on_: Platform[TickingSettings], backbone: Backbone) -> Iterator[Part]:
    yield backbone.relay()
    yield backbone.consumer([on(Ticked, "note", apply=note)])
    yield backbone.jobs([])
    yield Bomb(on_.settings)


def takes_a_workspace(parser: ArgumentParser) -> None:
    parser.add_argument("workspace", type=UUID)


async def count(on_: Platform[TickingSettings], asked: Namespace) -> int:
    async with on_.works.begin(asked.workspace) as work:
        found = await work.session.scalar(select(func.count()).select_from(Ticker))
    sys.stdout.write(f"{found}\n")
    return 0 if found else 1


if __name__ == "__main__":
    scripts = Path(__file__).parent / "migrations"
    counting = Command("count", "how many ticks there were", takes_a_workspace, count)
    took_part = Participant("crm")
    main(Service("ticking", TickingSettings, create_app, parts, scripts, (counting,), took_part))
