"""Calls beside a plain AgentSession; callers who interrupt; a turn with the local AI."""

from tests.load.figures import say
from tests.load.voice import barge_in, calls, local, tables


async def main() -> bool:
    """Measure and print. A goal that is missed is no failure: what waits is a machine's matter."""
    took = await calls.measure()
    say(tables.added(took))
    say(tables.split(took))
    say(barge_in.table(await barge_in.measure()))
    say(local.table(await local.measure()))
    return False
