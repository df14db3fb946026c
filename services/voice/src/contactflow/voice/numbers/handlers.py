"""What phone numbers do when an agent is published."""

from contactflow.events import Fact
from contactflow.events.agents import AgentPublished
from contactflow.persistence import Work
from contactflow.voice.numbers.repository import SqlPhoneNumbers


async def render_phrases(work: Work, fact: Fact[AgentPublished]) -> None:
    """Of an agent that answers one of them; another one needs none."""
    numbers, body = SqlPhoneNumbers(work), fact.body
    if await numbers.has_agent(body.agent_id):
        await numbers.phrases.render_later(body.agent_id, body.agent_version)
