"""What privacy keeps of a workspace."""

from datetime import datetime
from typing import Literal

import pytest

from contactflow.events import Fact
from contactflow.events.workspaces import WorkspaceCreated
from contactflow.kernel import new_id
from contactflow.messaging import react
from contactflow.persistence import Works
from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.worker import reactions
from contactflow.privacy.workspaces.errors import WorkspaceNotFoundError
from contactflow.privacy.workspaces.repository import current
from contactflow.runtime import Platform


@pytest.mark.parametrize("legal_role", ["processor", "controller"])
async def test_a_new_workspace_is_known_once_and_has_its_key(
    on: Platform[PrivacySettings], at: datetime, legal_role: Literal["processor", "controller"]
) -> None:
    body = WorkspaceCreated(workspace_id=new_id(), legal_role=legal_role, locale="fr")
    fact = Fact(new_id(), body.workspace_id, body.workspace_id, 1, at, body)

    for _ in range(2):
        for reaction in reactions(on.vault):
            if reaction.event is WorkspaceCreated:
                await react(on.works, reaction, fact)

    async with on.works.begin(body.workspace_id) as work:
        known = await current(work)
        assert (known.legal_role, known.locale) == (legal_role, "fr")
        assert work.session.info["keyring"].current == 1


async def test_who_was_never_created_is_not_there(works: Works) -> None:
    async with works.begin(new_id()) as work:
        with pytest.raises(WorkspaceNotFoundError):
            await current(work)
