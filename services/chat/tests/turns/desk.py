"""Both sides of the desk: a visitor who writes, the AI's turns, and staff."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from httpx import AsyncClient

from contactflow.ai import Budget, LanguageModel
from contactflow.chat.settings import ChatSettings
from contactflow.chat.turns.engine import Means, Turns, nobody
from contactflow.messaging import Jobs
from contactflow.runtime import Platform
from contactflow.testing.clock import FakeClock
from services.chat.tests.visitors import Visitor, Visitors

ENOUGH = Budget(first_token=15, total=30, tokens=200)
"""For a model that answers at once, on a machine that may be busy."""
SHORT = Budget(first_token=1, total=2, tokens=200)
"""For one that does not."""
PAUSE = timedelta(seconds=0.8)


@dataclass
class Desk:
    on: Platform[ChatSettings]
    clock: FakeClock
    model: LanguageModel
    visitors: Visitors
    http: AsyncClient
    staff: dict[str, str]

    def means(self, **more: Any) -> Means:
        on = self.on
        given: dict[str, Any] = {"budget": ENOUGH, "model": self.model, "hint": on.doorbell.hint}
        return Means(on.works, changes=on.changes, clock=on.clock, **(given | more))

    def jobs(self, turns: Turns) -> Jobs:
        on = self.on
        return Jobs(on.works, on.system, [turns.job], clock=on.clock, changes=on.changes)

    async def turn(self, reached: Any = nobody, **more: Any) -> int:
        """Let the visitor pause, then run the turns that are due; how many there were."""
        self.clock.advance(PAUSE)
        return await self.jobs(Turns(self.means(**more), reached=reached)).once()

    async def visitor(self, *texts: str, **said: Any) -> Visitor:
        """Somebody who has written that."""
        visitor = await self.visitors.come(**said)
        for text in texts:
            assert (await visitor.send(text)).status_code == 202
        return visitor

    async def act(self, visitor: Visitor, action: str) -> dict[str, Any]:
        """What staff do: "messages", "handoff" or "close"."""
        body = {"text": "I am here."} if action == "messages" else None
        url = f"/v1/conversations/{visitor.conversation}/{action}"
        answer = await self.http.post(url, json=body, headers=self.staff)
        assert answer.is_success, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def look(self, visitor: Visitor) -> dict[str, Any]:
        """The conversation as staff see it."""
        url = f"/v1/conversations/{visitor.conversation}"
        said: dict[str, Any] = (await self.http.get(url, headers=self.staff)).json()
        return said


async def authors(visitor: Visitor) -> list[str]:
    """Who said something, in order, after the disclosure."""
    return [one["author"] for one in await visitor.read(cursor=1)]
