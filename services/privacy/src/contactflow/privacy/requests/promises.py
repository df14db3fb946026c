"""What a request promises for later."""

from uuid import UUID

from pydantic import BaseModel

from contactflow.messaging import Promise


class OfRequest(BaseModel):
    """Which one; everything else is looked up when it is due."""

    workspace_id: UUID
    request_id: UUID


ADVANCE = Promise("rights.advance", OfRequest)
"""Whatever is the next step; one job per request, so that one step is taken at a time."""

WARN = Promise("rights.warn", OfRequest)
"""The request is due soon."""

TELL_EXTENSION = Promise("rights.tell_extension", OfRequest)
"""The person is told that it takes longer, and why."""

SEND_CODE = Promise("rights.send_code", OfRequest)

FORGET = Promise("rights.forget", OfRequest)
"""Nothing needs the person of a request any more."""

EXPIRE = Promise("rights.expire", OfRequest)
"""Who asked at the public door has had all the time there is to show that it is theirs."""

ANSWER = Promise("rights.answer", OfRequest)
"""The person is told how it ended."""
