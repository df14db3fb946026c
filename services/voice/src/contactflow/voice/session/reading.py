"""The model reads what it is told while the caller hears the disclosure: it then begins sooner."""

import logging
from typing import Any, Final

from livekit.agents import Agent, APIConnectOptions, APIError
from livekit.agents.llm import ChatMessage, ToolContext
from livekit.plugins import openai

ONE_TOKEN: Final[dict[str, Any]] = {"max_completion_tokens": 1}
PATIENCE: Final = APIConnectOptions(max_retry=0, timeout=120.0)

log = logging.getLogger(__name__)


async def read_ahead(agent: Agent, model: openai.LLM) -> None:
    """Prompt and tools come first in every request of a call, and are cached where they were read.

    `model` is nobody else's: what fails here is no failure of the call.
    """
    told = agent.chat_ctx.copy()
    told.items.insert(0, ChatMessage(role="system", content=[str(agent.instructions)]))
    try:
        async with model.chat(
            chat_ctx=told,
            tools=ToolContext(agent.tools).flatten(),
            conn_options=PATIENCE,
            extra_kwargs=ONE_TOKEN,
        ) as answer:
            async for _ in answer:
                """What it would say to nobody."""
    except APIError as error:
        log.warning("call.not_read_ahead", extra={"error": type(error).__name__})
