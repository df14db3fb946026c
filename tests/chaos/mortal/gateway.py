"""gateway, which dies where a failpoint is armed."""

from typing import Any

from contactflow.gateway.forwarding import forwarder
from tests.chaos.mortal.building import Reached, after, before
from tests.chaos.mortal.participant import participant


def forwarding(reached: Reached) -> None:
    """A request, before its owner has it and before its answer is told. It is armed for a path."""

    def of(_: Any, scope: Any, __: Any) -> object:
        return scope["path"]

    before(reached, forwarder._Exchange, "_head", "request:taken", of)
    after(reached, forwarder._Exchange, "_head", "request:answered", of)


if __name__ == "__main__":
    participant("gateway", forwarding)
