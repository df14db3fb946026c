"""A worker process that is killed in the middle of a job: its effect written, not committed."""

import asyncio
import os
import signal
import sys

from contactflow.kernel import system_clock
from contactflow.messaging import Changes, Jobs, job
from contactflow.persistence import Work, Works, open_engine
from libs.messaging.tests.test_jobs import Reminder, remind


async def die(work: Work, due: Reminder) -> None:
    await remind(work, due)
    await work.session.flush()
    os.kill(os.getpid(), signal.SIGKILL)


async def main(app: str, system: str) -> None:
    works, engine = Works(open_engine(app)), open_engine(system)
    dying = job("remind", Reminder, apply=die)
    changes = Changes(engine)
    await Jobs(works, Works(engine), [dying], clock=system_clock, changes=changes).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
