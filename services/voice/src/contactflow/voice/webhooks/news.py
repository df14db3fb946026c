"""What a carrier says of a call, whatever carrier it is."""

from typing import NamedTuple

from contactflow.voice.calls.model import Status


class News(NamedTuple):
    """`asks`: the carrier wants to know what to do with the call. `caller`: None when withheld."""

    carrier_call_id: str
    caller: str | None
    called: str
    status: Status
    sequence: int
    asks: bool

    @property
    def is_act(self) -> bool:
        """Whether the caller does something; later news may be of who was erased meanwhile."""
        return self.asks or self.status == "ringing"
