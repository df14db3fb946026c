"""Tools a model may ask for: a name, a sentence, and the arguments as a strict model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

FROM_THE_SESSION = frozenset(
    f"{what}{form}"
    for what in ("workspace", "contact", "subject", "person", "visitor", "conversation")
    for form in ("", "_id")
)


class ToolArguments(BaseModel):
    """Arguments of a tool: strict types, no unknown fields.

    Who is meant comes from the session, never from a model that a visitor may talk into something:
    a field that names a workspace or a person is a `TypeError` where the class is declared.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        named = FROM_THE_SESSION.intersection(cls.model_fields)
        if named:
            msg = f"{sorted(named)} of {cls.__name__} come from the session"
            raise TypeError(msg)


A = TypeVar("A", bound=ToolArguments)


@dataclass(frozen=True)
class Tool(Generic[A]):
    """`description` is read by the model: one sentence, when to use it."""

    name: str
    description: str
    arguments: type[A]

    def schema(self) -> dict[str, Any]:
        """The arguments as JSON Schema."""
        return self.arguments.model_json_schema()


def named(name: str, tools: Sequence[Tool[Any]]) -> Tool[Any] | None:
    return next((tool for tool in tools if tool.name == name), None)
