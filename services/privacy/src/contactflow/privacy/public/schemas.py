"""HTTP shapes of the public door."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contactflow.events.conversations import Right
from contactflow.kernel import Locale
from contactflow.privacy.requests.model import Status
from contactflow.privacy.requests.schemas import Code, IdentifierIn, RequestId, RightIn
from contactflow.web import Shape, public_id


class PublicRequestIn(RightIn):
    workspace: Annotated[UUID, public_id("ws")]
    identifier: IdentifierIn
    locale: Locale | None = Field(None, description="What you read.")


class AcceptedOut(Shape):
    id: RequestId


class CodeIn(Shape):
    code: Code


class TokenOut(Shape):
    """Send it as `Authorization: Bearer ...`."""

    token: Annotated[str, Field(examples=["q0bJv4sT1nYp8wKxZ3rLmD2cFhGaE6uQ7iVoB5tRyNk"])]


class PublicRequestOut(Shape):
    id: RequestId
    right: Annotated[Right, Field(examples=["erasure"])]
    status: Status
    received_at: datetime
    due_at: datetime
    completed_at: datetime | None
