"""Row-level security: which role sees which rows of which table.

A table says by its `info` what is special about it:

- `system`: why the system role reads and writes it across workspaces;
- `unwalled`: why it has no policy although its rows belong to a workspace;
- `append_only`: why its rows are never changed and never deleted, by nobody;
- `personal: None`: no column of it says anything about a person.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import MetaData, Table

SEEN = "nullif(current_setting('app.workspace', true), '')::uuid"
CHANGES = ("SELECT", "INSERT", "UPDATE", "DELETE")
APPENDS = ("SELECT", "INSERT")
READS = ("SELECT",)
GUARD = "append_only"
"""The trigger of an append-only table, and its function: it binds the owner, too."""
REFUSE = f"""
    CREATE OR REPLACE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$
"""


def walled(table: str, app: str, rights: Iterable[str] = CHANGES) -> Iterator[str]:
    """The application sees one workspace of it at a time, and nothing without a workspace.

    The policy binds the owner too: who migrates does not read.
    """
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY workspace ON {table} TO {app} USING (workspace_id = {SEEN})"
    yield f"GRANT {', '.join(rights)} ON {table} TO {app}"


def append_only(table: str, app: str) -> Iterator[str]:
    """As `walled`, but what was written stays as it is: the application reads and adds.

    The trigger is the statement's, so that it speaks up even where a policy hides every row.
    """
    yield from walled(table, app, APPENDS)
    yield REFUSE
    yield f"""CREATE TRIGGER {GUARD} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
              FOR EACH STATEMENT EXECUTE FUNCTION {GUARD}()"""


def unwalled(table: str, app: str) -> Iterator[str]:
    """The application sees all of it: what it finds must be joined to a walled table."""
    yield f"GRANT {', '.join(CHANGES)} ON {table} TO {app}"


def open_to_system(
    table: str, system: str, *, is_walled: bool = True, rights: Iterable[str] = CHANGES
) -> Iterator[str]:
    """The system role sees all of it, across workspaces."""
    if is_walled:
        yield f"CREATE POLICY system ON {table} TO {system} USING (true)"
    yield f"GRANT {', '.join(rights)} ON {table} TO {system}"


def policies(metadata: MetaData, app: str, system: str) -> Iterator[str]:
    """What the tables' own `info` asks for: for databases that tests make from the metadata."""
    for table in metadata.sorted_tables:
        if is_append_only(table):
            yield from append_only(table.name, app)
        elif is_walled(table):
            yield from walled(table.name, app)
        elif "workspace_id" in table.c:
            yield from unwalled(table.name, app)
        if "system" in table.info:
            rights = READS if is_append_only(table) else CHANGES
            yield from open_to_system(table.name, system, is_walled=is_walled(table), rights=rights)


def is_walled(table: Table) -> bool:
    """Whether a policy must stand before it."""
    return "workspace_id" in table.c and "unwalled" not in table.info


def is_append_only(table: Table) -> bool:
    """Whether its rows stay as they were written."""
    return "append_only" in table.info
