"""An API process that is woken by what others commit."""

from collections.abc import AsyncIterator

import pytest

from contactflow.chat.app import create_app
from contactflow.chat.settings import ChatSettings
from contactflow.runtime import Platform
from contactflow.testing.serving import serving


@pytest.fixture
async def url(on: Platform[ChatSettings], announced: None) -> AsyncIterator[str]:
    async with serving(create_app(on)) as url:
        yield url
        on.changes.stop()
