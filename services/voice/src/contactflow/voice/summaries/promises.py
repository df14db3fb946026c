"""What is promised about summaries."""

from typing import Final
from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class Summarize(BaseModel):
    """Which call; what was said is looked up when it is due."""

    workspace_id: UUID
    call_id: UUID


SUMMARIZE: Final = Promise("voice.call.summarize", Summarize)
