"""What privacy does when a workspace is created."""

from contactflow.events import Fact
from contactflow.events.workspaces import WorkspaceCreated
from contactflow.persistence import Work
from contactflow.privacy.workspaces import repository


async def keep_workspace(work: Work, fact: Fact[WorkspaceCreated]) -> None:
    await repository.keep(work, legal_role=fact.body.legal_role, locale=fact.body.locale)
