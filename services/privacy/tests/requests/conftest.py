"""Requests in memory."""

from datetime import datetime, timedelta

import pytest

from contactflow.privacy.requests.model import Intake
from services.privacy.tests.fakes import InMemoryRequests


@pytest.fixture
def requests() -> InMemoryRequests:
    return InMemoryRequests()


@pytest.fixture
def intake(at: datetime) -> Intake:
    """By letter, a day ago."""
    return Intake("erasure", "letter", at - timedelta(days=1), "fr")
