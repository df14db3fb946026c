"""An API process that is woken by what others commit."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from contactflow.chat.app import create_app
from contactflow.chat.settings import ChatSettings
from contactflow.runtime import Platform
from contactflow.testing.serving import serving


@pytest.fixture
async def listening(on: Platform[ChatSettings]) -> AsyncIterator[None]:
    """What another process commits wakes this one."""
    async with asyncio.TaskGroup() as tasks:
        for part in (on.changes, on.doorbell):
            tasks.create_task(part.run())
        yield
        on.changes.stop()
        on.doorbell.stop()


@pytest.fixture
async def url(on: Platform[ChatSettings], listening: None) -> AsyncIterator[str]:
    async with serving(create_app(on)) as url:
        yield url
        on.changes.stop()
