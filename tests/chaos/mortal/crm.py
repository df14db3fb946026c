"""crm, which dies where a failpoint is armed."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contactflow.crm.contacts import service
from tests.chaos.mortal.building import Reached, transaction
from tests.chaos.mortal.participant import participant


def entering(reached: Reached) -> None:
    """A contact that staff enter, in an api process. It is armed for a workspace."""

    def of(contacts: Any, **_: Any) -> tuple[AsyncSession, object]:
        return contacts.work.session, contacts.work.workspace_id

    transaction(reached, service, "create", "contact", of)


if __name__ == "__main__":
    participant("crm", entering)
