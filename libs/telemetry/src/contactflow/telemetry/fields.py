"""What logs, spans and metrics may say: names that are known to hold nothing personal.

Ids, codes, counts, classes, places in our code. Never a name, an address, a text, a URL or a
payload. Whoever needs another field adds it here, where it is reviewed.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

IDS = frozenset(
    {
        "agent_id",
        "call_id",
        "carrier_id",
        "channel_id",
        "contact_id",
        "conversation_id",
        "event_id",
        "message_id",
        "operation_id",
        "request_id",
        "span_id",
        "subject_id",
        "trace_id",
        "turn_id",
        "workspace_id",
    }
)
FACTS = frozenset(
    {
        "attempt",
        "audience",
        "channel",
        "client_closed",
        "code",
        "consumer",
        "count",
        "duration_ms",
        "error",
        "group",
        "host",
        "job",
        "kind",
        "method",
        "model",
        "offset",
        "outcome",
        "part",
        "partition",
        "port",
        "position",
        "reaction",
        "reason",
        "role",
        "route",
        "seconds",
        "service",
        "stack",
        "status",
        "step",
        "tokens",
        "topic",
        "topics",
        "tries",
        "type",
        "version",
    }
)
ALLOWED = IDS | FACTS

CONVENTIONS = frozenset(
    {
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "network.protocol.version",
        "url.scheme",
    }
)
"""Of OpenTelemetry's own names. No path and no query: FastAPI would tell both."""

LABELS = frozenset(
    {
        "audience",
        "channel",
        "code",
        "group",
        "job",
        "kind",
        "outcome",
        "partition",
        "reaction",
        "topic",
        "type",
        "db.client.connection.pool.name",
        "db.client.connection.state",
        "error.type",
        "gen_ai.operation.name",
        "gen_ai.request.model",
        "gen_ai.token.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
    }
)
"""What may tell one time series from another: few values each, so no id, no count, no time."""

LONGEST = 200  # characters of one value
SIMPLE = (str, int, float, bool, UUID)


def allowed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that may be said; others are dropped, and so is whatever is no simple value."""
    kept = {name: _simple(value) for name, value in fields.items() if name in ALLOWED}
    return {name: value for name, value in kept.items() if value is not None}


def _simple(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [one for one in map(_simple, value) if one is not None]
    if not isinstance(value, SIMPLE):
        return None
    return value if isinstance(value, (int, float)) else str(value)[:LONGEST]
