"""What is promised about phrases."""

from typing import Final
from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class Render(BaseModel):
    """Whose phrases are to be made."""

    workspace_id: UUID
    agent_id: UUID
    version: int


RENDER: Final = Promise("voice.phrases.render", Render)
