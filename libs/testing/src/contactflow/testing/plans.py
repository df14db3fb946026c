"""How PostgreSQL would run a query, asked as the role that runs it."""

from typing import Any

from sqlalchemy import ClauseElement, Executable, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from contactflow.persistence import Work


class _Explain(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _explain(element: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN {compiler.process(element.statement, **options)}"


async def plan(work: Work, statement: Select[Any]) -> str:
    """Its plan, under the policies of this unit of work.

    A table that is read whole has a `Seq Scan` in it, once there are rows enough and statistics.
    """
    return "\n".join(row[0] for row in await work.rows(_Explain(statement)))
