"""Alembic's way into voice's database."""

import contactflow.voice.__main__  # noqa: F401  registers every table
from contactflow.persistence import Base
from contactflow.persistence.migrations import environment

environment(Base.metadata)
