"""What gateway tells about workspaces."""

from typing import Literal
from uuid import UUID

from contactflow.events.base import Event, Topic

# Never deleted: a service added later finds every workspace here and makes its key.
WORKSPACES = Topic("gateway.workspaces", keep=None)

LegalRole = Literal["processor", "controller"]


class WorkspaceCreated(Event, type="workspace.created", topic=WORKSPACES):
    """A business has a place of its own; each service makes its key for it."""

    workspace_id: UUID
    legal_role: LegalRole
    locale: Literal["en", "fr"]
