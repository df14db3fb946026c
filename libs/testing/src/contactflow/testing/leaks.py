"""Tasks that a test started and did not end."""

import asyncio

from contactflow.testing.waiting import until

GRACE = 2.0


class Leaks:
    """Knows the tasks that were there when it was made; the others have to end.

    A task that is just ending gets a `grace`, in seconds.
    """

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = grace
        self._known = asyncio.all_tasks()

    async def none(self) -> None:
        """Raises AssertionError with the names of what still runs, after cancelling it."""
        try:
            await until(lambda: not self._left(), longest=self._grace)
        except AssertionError:
            leaked = self._left()
            for task in leaked:
                task.cancel()
            await asyncio.gather(*leaked, return_exceptions=True)
            names = sorted(str(task.get_coro()) for task in leaked)
            message = f"the test leaked tasks: {names}"
            raise AssertionError(message) from None

    def _left(self) -> set[asyncio.Task[object]]:
        running = asyncio.all_tasks() - self._known - {asyncio.current_task()}
        return {task for task in running if task is not None}
