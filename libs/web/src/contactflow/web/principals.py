"""Who is asking."""

from dataclasses import dataclass
from typing import Final, Literal, Self, cast, get_args
from uuid import UUID

Kind = Literal["user", "key", "service", "public"]

PREFIXES: Final = {"user": "usr", "key": "key"}
"""What the public API begins the ids of those kinds with that have one."""

PUBLIC_SCOPE = "public"
"""The scope of routes for everybody; everybody has it."""

VISITOR_SCOPE = "visitor"
"""The scope of routes for visitors with a token of their own, which the route itself looks at."""

SESSION_SCOPE = "session"
"""The scope of routes for somebody logged in, whichever workspace they work in; no key has it."""

INTERNAL_SCOPE = "internal"
"""The scope of routes for our own services."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, for which workspace, with which scopes.

    `id` is the user's or the key's, or the name of a service; nobody's is None. `client` is a
    salted hash of where the request came from, for limits; it tells no address.
    """

    workspace_id: UUID | None
    scopes: frozenset[str]
    kind: Kind
    id: UUID | str | None = None
    client: str | None = None

    @classmethod
    def public(cls, client: str | None = None) -> Self:
        """Somebody who has not said who they are."""
        return cls(None, frozenset({PUBLIC_SCOPE}), "public", client=client)

    @classmethod
    def service(cls, name: str, workspace_id: UUID | None = None) -> Self:
        """One of our own services, asking for itself."""
        return cls(workspace_id, frozenset({INTERNAL_SCOPE}), "service", name)

    @property
    def name(self) -> str:
        """`user:<uuid>`, `key:<uuid>`, `service:<name>` or `public`."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    def may(self, scope: str) -> bool:
        """Whether they have a scope."""
        return scope in {PUBLIC_SCOPE, VISITOR_SCOPE} or scope in self.scopes


def named(name: str) -> tuple[Kind, UUID | str | None]:
    """Kind and id from a principal's name. Raises ValueError."""
    kind, _, said = name.partition(":")
    if kind not in get_args(Kind) or (kind == "public") == bool(said):
        raise ValueError(kind)
    return cast(Kind, kind), (UUID(said) if kind in {"user", "key"} else said or None)
