"""HTTP shapes of API keys."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from contactflow.gateway.api_keys.model import Wish
from contactflow.gateway.workspaces.roles import EVERYTHING, Scope
from contactflow.web import Listed, Moment, Shape, public_id

KeyId = Annotated[UUID, public_id("key")]
Scopes = Annotated[
    tuple[Scope, ...],
    Field(min_length=1, max_length=len(EVERYTHING), examples=[["contacts:read", "timeline:read"]]),
]
Time = Annotated[Moment, Field(examples=["2027-11-21T12:00:00Z"])]


class ApiKeyIn(Shape):
    name: Annotated[
        str, Field(min_length=1, max_length=100, pattern=r"\S", examples=["Booking system"])
    ]
    scopes: Scopes
    expires_at: Time | None = None

    @property
    def wish(self) -> Wish:
        return Wish(self.name, self.scopes, self.expires_at)


class ApiKeyOut(Shape, Listed):
    id: KeyId
    name: Annotated[str, Field(examples=["Booking system"])]
    prefix: Annotated[str, Field(examples=["cf_live_3yQ8"])]
    scopes: Scopes
    created_at: Time
    expires_at: Time | None
    last_used_at: Time | None


class CreatedApiKeyOut(ApiKeyOut):
    secret: Annotated[
        str | None,
        Field(
            description="Shown once: whoever sends the same request again does not get it.",
            examples=["cf_live_3yQ8nTq0cPjvZkW5bXr7LmD2sFhGaE1uYkq9"],
        ),
    ] = None
