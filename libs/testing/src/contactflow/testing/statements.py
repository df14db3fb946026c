"""What is said to PostgreSQL, to be counted: each is a round trip."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def overheard(*engines: AsyncEngine) -> Iterator[list[str]]:
    """Everything that these say meanwhile, in no certain order: BEGIN and COMMIT are statements.

    What is said of a transaction is heard an iteration of the loop after it was answered.
    """
    said: list[str] = []
    with ExitStack() as ears:
        for engine in engines:
            ears.enter_context(_statements(engine, said))
            ears.enter_context(_transactions(engine, said))
        yield said


@contextmanager
def _statements(engine: AsyncEngine, said: list[str]) -> Iterator[None]:
    """Prepared ones, which are all but those of a transaction."""

    def hear(_: object, __: object, statement: str, *___: object) -> None:
        said.append(" ".join(statement.split()))

    event.listen(engine.sync_engine, "before_cursor_execute", hear)
    yield
    event.remove(engine.sync_engine, "before_cursor_execute", hear)


@contextmanager
def _transactions(engine: AsyncEngine, said: list[str]) -> Iterator[None]:
    """As the driver logs them, without values; of what is prepared it logs what has many."""
    drivers = set[Any]()

    def hear(logged: Any) -> None:
        if not logged.args:
            said.append(logged.query)

    def log(connection: Any, *_: object) -> None:
        drivers.add(connection.driver_connection)
        connection.driver_connection.add_query_logger(hear)

    event.listen(engine.sync_engine, "checkout", log)
    yield
    event.remove(engine.sync_engine, "checkout", log)
    for driver in drivers:
        driver.remove_query_logger(hear)
