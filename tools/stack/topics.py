"""Kafka's topics, made as the events declare them."""

import asyncio
from hashlib import sha256

from contactflow.testing.errors import ServerError
from tools.stack.errors import StackError
from tools.stack.settings import ROOT
from tools.stack.state import State

EVENTS = ROOT / "libs/events/src/contactflow/events"
STEP = "topics"


def make_topics(state: State, bootstrap: str) -> bool:
    """Make what is missing, with the compacted topics for dead letters; False if none can be."""
    declared = sha256(bootstrap.encode())
    for file in sorted(EVENTS.glob("*.py")):
        declared.update(file.read_bytes())
    if state.done.get(STEP) == declared.hexdigest():
        return False
    _make(bootstrap)
    state.finish(STEP, declared.hexdigest())
    return True


def _make(bootstrap: str) -> None:
    # Imported when needed only: that takes a second, which a stack that runs does not have to wait.
    from contactflow.events import topics  # noqa: PLC0415  see above
    from contactflow.testing.topics import create_topics, new_topics  # noqa: PLC0415  see above

    try:
        asyncio.run(create_topics(bootstrap, new_topics(topics())))
    except ServerError as error:
        raise StackError(str(error)) from error
