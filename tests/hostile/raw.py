"""Requests as no client library would send them."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

LONG = 15.0  # seconds


@dataclass(frozen=True)
class Answer:
    """All that came back until the connection was closed, or nothing came for a second."""

    raw: bytes

    @property
    def statuses(self) -> list[int]:
        """Of every response on the connection."""
        parts = self.raw.split(b"HTTP/1.1 ")[1:]
        return [int(one[:3]) for one in parts]


async def told(url: str, request: bytes, *, quiet: float = 1.0) -> Answer:
    """Send the bytes; what comes back. Raises TimeoutError if that is nothing."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    raw = b""
    try:
        writer.write(request)
        async with asyncio.timeout(LONG):
            raw = await reader.read(65536)
        with suppress(TimeoutError, ConnectionError):
            while True:
                async with asyncio.timeout(quiet):
                    piece = await reader.read(65536)
                if not piece:
                    break
                raw += piece
    finally:
        writer.close()
    return Answer(raw)
