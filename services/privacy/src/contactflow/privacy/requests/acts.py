"""What the audit ledger is told of a request."""

from collections.abc import Sequence
from typing import Literal

Action = Literal[
    "received",
    "code_sent",
    "verified",
    "discovered",
    "approved",
    "refused",
    "extended",
    "cancelled",
    "resumed",
    "round_requested",
    "stalled",
    "completed",
    "answer_undelivered",
    "answer_sent_again",
]
Fact = str | int | bool | None | Sequence[str]
"""A code or a count."""
