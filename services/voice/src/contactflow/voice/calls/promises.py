"""What a call promises for later."""

from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class OfCall(BaseModel):
    """Which call; everything else is looked up when it is due."""

    call_id: UUID


CLOSE = Promise("voice.call.close", OfCall)
"""Whoever carries the call may be dead: it ends all the same."""
ABANDON = Promise("voice.call.abandon", OfCall)
"""It may be that nobody ever carries the call: it ends unless somebody does."""


class HangUp(BaseModel):
    """Which call the carrier is to end."""

    workspace_id: UUID
    call_id: UUID


APOLOGISE = Promise("voice.telnyx.apologise", HangUp)
"""Telnyx leaves a caller whom nobody took on the line, too; they are told before it is hung up."""
HANG_UP = Promise("voice.telnyx.hang_up", HangUp)
"""Telnyx leaves a caller with whom nobody speaks on the line."""
