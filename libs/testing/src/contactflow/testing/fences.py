"""What an erasure leaves of somebody, without the erasure."""

from datetime import datetime
from uuid import UUID

from contactflow.erasure.fences import Fence, fences, put_up
from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.vault import Identity, indexer
from contactflow.vault.subjects import stranger


async def fence(work: Work, identity: Identity, at: datetime) -> None:
    """As if whoever has this identity was erased then."""
    hashes = indexer(work.session.info)
    around = fences(hashes, hashes.indexes([identity]))
    await put_up(work, around, at=at, request_id=new_id())


async def fence_elsewhere(work: Work, service: str, subject_id: UUID, at: datetime) -> None:
    """As if whom that service knew by this id was erased then."""
    around = {Fence(*stranger(service, subject_id))}
    await put_up(work, around, at=at, request_id=new_id())
