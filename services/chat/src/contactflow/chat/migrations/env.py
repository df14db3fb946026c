"""Alembic's way into chat's database."""

import contactflow.chat.__main__  # noqa: F401  registers every table
from contactflow.persistence import Base
from contactflow.persistence.migrations import environment

environment(Base.metadata)
