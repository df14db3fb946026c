"""What an erasure leaves of somebody, without the erasure."""

from datetime import datetime

from contactflow.erasure.fences import fences, put_up
from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.vault import Identity, indexer


async def fence(work: Work, identity: Identity, at: datetime) -> None:
    """As if whoever has this identity was erased then."""
    hashes = indexer(work.session.info)
    around = fences(hashes, hashes.indexes([identity]))
    await put_up(work, around, at=at, request_id=new_id())
