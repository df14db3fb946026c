"""A database's dump, and its restore in another cluster: as an operator does it."""

import asyncio
import subprocess
from pathlib import Path

from contactflow.testing.errors import ServerError
from contactflow.testing.postgres import binaries


async def dump(admin_url: str, into: Path) -> None:
    """Everything that is in the database now. Raises ServerError."""
    await _run("pg_dump", "--format=custom", f"--file={into}", admin_url)


async def restore(admin_url: str, dumped: Path) -> None:
    """Into an empty database, whose roles are there. Raises ServerError."""
    await _run("pg_restore", "--exit-on-error", f"--dbname={admin_url}", str(dumped))


async def _run(program: str, *arguments: str) -> None:
    command = [str(binaries() / program), *arguments]
    done = await asyncio.to_thread(
        subprocess.run, command, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise ServerError(program, done.stderr)
