"""Many open streams on one process, in the hands of raw sockets."""

import asyncio
import time
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

OPENING: Final = 50
"""At once."""
PATIENCE_S: Final = 120.0


@dataclass
class Stream:
    """One visitor's page: which places in the conversation it has got, and when."""

    path: str
    headers: Mapping[str, str]
    places: Counter[int] = field(default_factory=Counter)
    at: dict[int, float] = field(default_factory=dict)

    async def read(self, reader: StreamReader) -> None:
        """Until it is cut."""
        while line := await reader.readline():
            if line.startswith(b"id: "):
                place = int(line[4:])
                self.places[place] += 1
                self.at.setdefault(place, time.perf_counter())


class Page:
    """All of them."""

    def __init__(self, url: str, streams: Sequence[Stream]) -> None:
        self.streams = streams
        self._url, self._gate = urlsplit(url), asyncio.Semaphore(OPENING)
        self._writers: list[StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Each is open, and has got what there was to get; cut at the end."""
        async with asyncio.TaskGroup() as tasks:
            await asyncio.gather(*(self._open(one, tasks) for one in self.streams))
            await self.have(1)
            try:
                yield
            finally:
                for writer in self._writers:
                    writer.close()

    async def have(self, place: int) -> None:
        """Every stream has got that far. Raises TimeoutError."""
        missing = self.streams
        async with asyncio.timeout(PATIENCE_S):
            while missing := [one for one in missing if place not in one.at]:
                await asyncio.sleep(0.02)

    async def _open(self, stream: Stream, tasks: asyncio.TaskGroup) -> None:
        async with self._gate:
            reader, writer = await asyncio.open_connection(self._url.hostname, self._url.port)
            said = "".join(f"{name}: {value}\r\n" for name, value in stream.headers.items())
            head = f"GET {stream.path} HTTP/1.1\r\nHost: {self._url.netloc}\r\n{said}\r\n"
            writer.write(head.encode())
            status = await reader.readline()
            if b" 200 " not in status:
                raise AssertionError(status, await reader.read(2000))
            self._writers.append(writer)
            tasks.create_task(stream.read(reader))
