"""What is promised to a carrier that takes commands."""

from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class AnswerCall(BaseModel):
    """Where to send the call is looked up when it is due; without a place it is hung up."""

    workspace_id: UUID
    call_id: UUID


ANSWER = Promise("voice.telnyx.answer", AnswerCall)
