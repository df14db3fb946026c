"""Objects of people, in a service that has some: they go with the rows that tell of them.

{folder}/{workspace}/{subject}/...
"""

from collections.abc import AsyncIterator, Collection
from typing import Final
from uuid import UUID

import obstore
from obstore.store import ObjectStore

from contactflow.erasure.objects import reached

NAME: Final = "objects"
"""How they are counted, beside the tables."""


class Belongings:
    """Raises UnavailableError while the store does not answer."""

    def __init__(self, store: ObjectStore, folder: str) -> None:
        self._store, self._folder = store, folder

    async def delete(self, workspace_id: UUID, people: Collection[UUID]) -> int:
        """All that these people have; how many there were."""
        count = 0
        with reached():
            async for paths in self._paths(workspace_id, people):
                await obstore.delete_async(self._store, paths)
                count += len(paths)
        return count

    async def count(self, workspace_id: UUID, people: Collection[UUID]) -> int:
        """What is there of them."""
        with reached():
            return sum([len(paths) async for paths in self._paths(workspace_id, people)])

    async def _paths(
        self, workspace_id: UUID, people: Collection[UUID]
    ) -> AsyncIterator[list[str]]:
        for one in sorted(people):
            prefix = f"{self._folder}/{workspace_id}/{one}"
            listed = [page async for page in obstore.list(self._store, prefix)]
            for page in listed:
                yield [found["path"] for found in page]
