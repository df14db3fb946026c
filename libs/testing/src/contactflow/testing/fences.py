"""The row that an erasure leaves, written by hand: its writer comes with erasure."""

from datetime import datetime

from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.vault import Identity, keyring
from contactflow.vault.persons import ErasureFence


async def fence(work: Work, identity: Identity, at: datetime) -> None:
    """As if whoever has this identity was erased then."""
    indexer = keyring(work.session.info).indexer
    work.session.add_all(
        ErasureFence(
            workspace_id=work.workspace_id,
            kind=index.kind,
            index_version=index.version,
            suppression_hash=indexer.suppression(index),
            fenced_at=at,
            request_id=new_id(),
        )
        for index in indexer.indexes([identity])
    )
    await work.session.flush()
