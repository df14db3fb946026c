"""The one workspace that every installation has."""

from typing import Final
from uuid import UUID

PLATFORM_WORKSPACE_ID: Final = UUID("00000000-0000-7000-8000-000000000001")
"""The installation's own: its account holders are people of this workspace, and the operator,
not a customer, answers to them. A version 7 UUID of the first millisecond of 1970, so that it
sorts before every other."""
