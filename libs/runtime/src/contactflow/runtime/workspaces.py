"""What every service does when a workspace is created."""

from contactflow.events import Fact
from contactflow.events.workspaces import WorkspaceCreated
from contactflow.messaging import Reaction, on
from contactflow.persistence import Work
from contactflow.vault import Vault


def opens_workspaces(vault: Vault) -> Reaction[WorkspaceCreated]:
    """Make this service's key for the workspace: without one it can store nothing about people."""

    async def create_key(work: Work, _: Fact[WorkspaceCreated]) -> None:
        await vault.create_key(work)

    return on(WorkspaceCreated, "workspaces.create_key", apply=create_key)
