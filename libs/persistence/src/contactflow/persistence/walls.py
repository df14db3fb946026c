"""Row-level security: which role sees which rows of which table.

A table says by its `info` what is special about it:

- `system`: why the system role reads and writes it across workspaces;
- `unwalled`: why it has no policy although its rows belong to a workspace;
- `personal: None`: no column of it says anything about a person.
"""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table

SEEN = "nullif(current_setting('app.workspace', true), '')::uuid"
RIGHTS = "SELECT, INSERT, UPDATE, DELETE"


def walled(table: str, app: str) -> Iterator[str]:
    """The application sees one workspace of it at a time, and nothing without a workspace.

    The policy binds the owner too: who migrates does not read.
    """
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY workspace ON {table} TO {app} USING (workspace_id = {SEEN})"
    yield f"GRANT {RIGHTS} ON {table} TO {app}"


def unwalled(table: str, app: str) -> Iterator[str]:
    """The application sees all of it: what it finds must be joined to a walled table."""
    yield f"GRANT {RIGHTS} ON {table} TO {app}"


def open_to_system(table: str, system: str, *, is_walled: bool = True) -> Iterator[str]:
    """The system role sees all of it, across workspaces."""
    if is_walled:
        yield f"CREATE POLICY system ON {table} TO {system} USING (true)"
    yield f"GRANT {RIGHTS} ON {table} TO {system}"


def policies(metadata: MetaData, app: str, system: str) -> Iterator[str]:
    """What the tables' own `info` asks for: for databases that tests make from the metadata."""
    for table in metadata.sorted_tables:
        if is_walled(table):
            yield from walled(table.name, app)
        elif "workspace_id" in table.c:
            yield from unwalled(table.name, app)
        if "system" in table.info:
            yield from open_to_system(table.name, system, is_walled=is_walled(table))


def is_walled(table: Table) -> bool:
    """Whether a policy must stand before it."""
    return "workspace_id" in table.c and "unwalled" not in table.info
