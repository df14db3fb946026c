"""The leg that Telnyx makes to whom a call is handed over, known by what we have it carry.

Source: Telnyx, Call Control API, "Transfer call": every webhook of the new leg brings back
`target_leg_client_state` as its `client_state`; a leg that nobody takes is told by its call.hangup,
and the caller's stays up.
"""

import base64
from typing import Final

MARK: Final = "handover "


def state(call: str) -> str:
    """What the leg is to carry."""
    return base64.b64encode(f"{MARK}{call}".encode()).decode()


def call_of(carried: object) -> str | None:
    """The call that was handed over; None: it is no such leg."""
    try:
        said = base64.b64decode(str(carried), validate=True).decode()
    except ValueError:
        return None
    return said.removeprefix(MARK) if said.startswith(MARK) else None
