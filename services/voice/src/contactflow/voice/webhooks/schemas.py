"""HTTP shapes of webhooks that could not be worked on."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contactflow.voice.carriers.schemas import CarrierId
from contactflow.web import Listed, Shape, public_id

WebhookId = Annotated[UUID, public_id("cwh")]


class WebhookOut(Shape, Listed):
    """Never its body: that may hold a caller's number."""

    id: WebhookId
    carrier_id: CarrierId
    kind: Annotated[str, Field(examples=["voice"])]
    status: Literal["received", "unknown", "failed"]
    code: Annotated[str | None, Field(examples=["unknown_number"])]
    received_at: datetime
