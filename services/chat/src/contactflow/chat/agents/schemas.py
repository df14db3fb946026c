"""An agent's definition as gateway tells it."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Definition(BaseModel):
    """A published version, of which chat keeps what it uses."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    agent_id: UUID
    version: int
    name: str
    prompt: str
    languages: tuple[str, ...]
    greeting: str | None = None
