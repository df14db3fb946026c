"""What summaries do when a call is over."""

from contactflow.events import Fact
from contactflow.events.calls import CallCompleted
from contactflow.messaging import later
from contactflow.persistence import Work
from contactflow.voice.summaries.promises import SUMMARIZE, Summarize


async def summarize_later(work: Work, fact: Fact[CallCompleted]) -> None:
    call_id = fact.body.call_id
    due = Summarize(workspace_id=work.workspace_id, call_id=call_id)
    await later(work, SUMMARIZE, due, key=str(call_id))
