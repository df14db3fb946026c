"""Making summaries: a durable job per call, again until the model answers."""

import logging
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from contactflow.ai import (
    Budget,
    LanguageModel,
    ModelNonsenseError,
    ModelUnavailableError,
    Text,
    ToolCall,
)
from contactflow.kernel import Clock
from contactflow.messaging import Job, job
from contactflow.persistence import Work, Works
from contactflow.voice.summaries.errors import SummaryRefusedError
from contactflow.voice.summaries.model import Conversation, Outcome, Told
from contactflow.voice.summaries.promises import SUMMARIZE, Summarize
from contactflow.voice.summaries.prompt import SUMMARIZE as TOOL
from contactflow.voice.summaries.prompt import Summarize as Answer
from contactflow.voice.summaries.prompt import prompt
from contactflow.voice.summaries.repository import SqlSummaries

BUDGET: Final = Budget(first_token=60, total=120, tokens=800)
"""Nobody waits on the line."""
TRIES: Final = 3
A_WEEK: Final = 180
"""Tries of a call that is refused, an hour apart but for the first: a key may be put right."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Summarizing:
    """Asks the model with no transaction open, keeps the answer in one."""

    works: Works
    model: LanguageModel
    clock: Clock

    @property
    def job(self) -> Job[Summarize]:
        made = job(SUMMARIZE.name, SUMMARIZE.arguments, fetch=self._made, apply=self._keep)
        return replace(made, tries=A_WEEK)

    async def _made(self, due: Summarize) -> Outcome | None:
        """Raises ModelUnavailableError, SummaryRefusedError: it is asked again later."""
        held = await self.works.run(due.workspace_id, partial(_wanted, due))
        return await self._asked(held) if held else None

    async def _asked(self, held: Conversation) -> Outcome:
        for _ in range(TRIES):
            try:
                return Outcome(await self._told(held))
            except ModelNonsenseError as error:
                log.warning("summary.nonsense", extra={"reason": error.reason})
            except ModelUnavailableError as error:
                if error.reason == "refused":
                    raise SummaryRefusedError from None
                raise
        return Outcome(None)

    async def _told(self, held: Conversation) -> Told:
        """A model that does not take the tool has still said what it was about."""
        said, told = "", None
        async with aclosing(self.model.stream(prompt(held), budget=BUDGET, tools=[TOOL])) as deltas:
            async for delta in deltas:
                if isinstance(delta, Text):
                    said += delta.text
                elif isinstance(delta, ToolCall) and isinstance(delta.arguments, Answer):
                    answer = delta.arguments
                    told = Told(answer.summary, answer.intent, answer.follow_ups)
        return told or Told(said.strip(), "other")

    async def _keep(self, work: Work, due: Summarize, outcome: Outcome) -> None:
        await SqlSummaries(work).keep(due.call_id, outcome.told, at=self.clock())


async def _wanted(due: Summarize, work: Work) -> Conversation | None:
    return await SqlSummaries(work).wanted(due.call_id)
