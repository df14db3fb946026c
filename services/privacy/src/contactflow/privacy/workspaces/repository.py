"""Loading and storing workspaces."""

from sqlalchemy.dialects.postgresql import insert

from contactflow.events.workspaces import LegalRole
from contactflow.kernel import Locale
from contactflow.persistence import Work
from contactflow.privacy.workspaces.errors import WorkspaceNotFoundError
from contactflow.privacy.workspaces.model import Workspace


async def keep(work: Work, *, legal_role: LegalRole, locale: Locale) -> None:
    """Know the workspace of this transaction; again changes nothing."""
    row = {"workspace_id": work.workspace_id, "legal_role": legal_role, "locale": locale}
    await work.rows(insert(Workspace).values(row).on_conflict_do_nothing())


async def current(work: Work) -> Workspace:
    """The workspace of this transaction. Raises WorkspaceNotFoundError."""
    found = await work.session.get(Workspace, work.workspace_id)
    if found is None:
        raise WorkspaceNotFoundError
    return found
