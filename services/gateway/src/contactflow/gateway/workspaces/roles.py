"""What each role may do: the one table of scopes."""

from typing import Final, Literal, get_args

Role = Literal["owner", "admin", "operator", "analyst", "privacy_officer"]
Scope = Literal[
    "agents:read",
    "agents:write",
    "api_keys:read",
    "api_keys:write",
    "calls:read",
    "channels:read",
    "channels:write",
    "contacts:read",
    "contacts:write",
    "conversations:read",
    "conversations:write",
    "messages:read",
    "messages:write",
    "privacy:read",
    "recordings:read",
    "rights:decide",
    "rights:read",
    "rights:write",
    "timeline:read",
    "transcripts:read",
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
EVERYTHING: Final[frozenset[Scope]] = frozenset(get_args(Scope))
CUSTOMERS: Final[frozenset[Scope]] = frozenset(
    {
        "calls:read",
        "contacts:read",
        "conversations:read",
        "messages:read",
        "timeline:read",
        "transcripts:read",
    }
)

SCOPES: Final[dict[Role, frozenset[Scope]]] = {
    "owner": EVERYTHING,
    "admin": EVERYTHING,
    "operator": CUSTOMERS
    | {"agents:read", "channels:read", "contacts:write", "conversations:write", "messages:write"},
    "analyst": CUSTOMERS | {"agents:read", "channels:read"},
    "privacy_officer": CUSTOMERS | {"privacy:read", "rights:decide", "rights:read", "rights:write"},
}
