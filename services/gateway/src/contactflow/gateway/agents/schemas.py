"""HTTP shapes of agents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from contactflow.gateway.agents.errors import NotAvailableError
from contactflow.gateway.agents.model import Channel, Definition, Direction, Mode, Status, Tool
from contactflow.kernel import Locale
from contactflow.web import Listed, Patch, Shape, public_id

T = TypeVar("T")
BUILT = {"web", "voice", "inbound", "autonomous", "handover_to_human"}


def _built(said: str) -> str:
    """Raises NotAvailableError for what the API will mean one day."""
    if said not in BUILT:
        raise NotAvailableError
    return said


def _distinct(said: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(said))


AgentId = Annotated[UUID, public_id("agt")]
Built = AfterValidator(_built)
Few = AfterValidator(_distinct)
AnyName = Annotated[str, Field(examples=["Front desk"])]
AnyPrompt = Annotated[
    str,
    Field(examples=["You answer for Blue Bakery. We are open from 7:30 to 18:00, not on Mondays."]),
]
AnyGreeting = Annotated[str, Field(examples=["How can I help?"])]
Name = Annotated[AnyName, Field(min_length=1, max_length=80, pattern=r"\S")]
Prompt = Annotated[AnyPrompt, Field(min_length=1, max_length=8000, pattern=r"\S")]
Greeting = Annotated[AnyGreeting, Field(min_length=1, max_length=500, pattern=r"\S")]
Voice = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", examples=["alloy"])]
"""As the speech endpoint names it."""
Languages = Annotated[tuple[Locale, ...], Field(min_length=1, max_length=2), Few]
Channels = Annotated[
    tuple[Annotated[Channel, Built], ...],
    Field(min_length=1, max_length=3, examples=[["web"]]),
    Few,
]
Directions = Annotated[
    tuple[Annotated[Direction, Built], ...],
    Field(min_length=1, max_length=2, examples=[["inbound"]]),
    Few,
]
Tools = Annotated[
    tuple[Annotated[Tool, Built], ...], Field(max_length=20, examples=[["handover_to_human"]]), Few
]


class AgentIn(Shape):
    name: Name
    prompt: Prompt
    languages: Languages = ("en",)
    channels: Channels = ("web",)
    directions: Directions = ("inbound",)
    mode: Annotated[Mode, Built] = "autonomous"
    greeting: Greeting | None = None
    voice: Voice | None = None
    tools: Tools = ("handover_to_human",)

    @property
    def definition(self) -> Definition:
        return cast(Definition, self.model_dump())


class AgentPatch(Patch):
    name: Name = ""
    prompt: Prompt = ""
    languages: Languages = ()
    channels: Channels = ()
    directions: Directions = ()
    mode: Annotated[Mode, Built] = "autonomous"
    greeting: Greeting | None = None
    voice: Voice | None = None
    tools: Tools = ()

    @property
    def definition(self) -> Definition:
        """What the caller said, and only that."""
        return cast(Definition, {name: getattr(self, name) for name in self.model_fields_set})


class AgentOut(Shape, Listed):
    id: AgentId
    name: AnyName
    prompt: AnyPrompt
    languages: tuple[Locale, ...]
    channels: tuple[Channel, ...]
    directions: tuple[Direction, ...]
    mode: Mode
    greeting: AnyGreeting | None
    voice: Voice | None = None
    tools: tuple[Tool, ...]
    status: Status
    version: int | None
    created_at: datetime
    updated_at: datetime

    @model_validator(mode="before")
    @classmethod
    def _of(cls, source: Any) -> Any:
        """An agent, or its row, with what its definition says."""
        if isinstance(source, Mapping):
            return source
        own = {name: getattr(source, name) for name in ("id", "status", "created_at", "updated_at")}
        return {**source.definition, **own, "version": source.published_version}


class AgentVersionOut(Shape):
    """What another service keeps of an agent; ids inside are plain."""

    agent_id: UUID
    version: int
    name: str
    prompt: str
    languages: tuple[Locale, ...]
    channels: tuple[Channel, ...]
    directions: tuple[Direction, ...]
    mode: Mode
    greeting: str | None
    voice: str | None = None
    tools: tuple[Tool, ...]
