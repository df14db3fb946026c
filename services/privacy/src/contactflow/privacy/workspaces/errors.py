"""What can go wrong with a workspace."""

from contactflow.kernel import NotFoundError


class WorkspaceNotFoundError(NotFoundError):
    code = "workspace_not_found"
