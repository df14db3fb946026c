"""What a carrier says of a call, whatever carrier it is."""

from typing import NamedTuple

from contactflow.voice.calls.model import Status


class Missed(NamedTuple):
    """Nobody took a call that was handed over: they are busy, do not answer, or it failed."""

    carrier_call_id: str


class News(NamedTuple):
    """`asks`: the carrier wants to know what to do with the call. `caller`: None when withheld.

    Whoever is asked about has called just now; other news may come late, and be of somebody who
    was erased meanwhile.
    """

    carrier_call_id: str
    caller: str | None
    called: str
    status: Status
    sequence: int
    asks: bool
