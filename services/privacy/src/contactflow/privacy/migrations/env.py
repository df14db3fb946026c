"""Alembic's way into privacy's database."""

import contactflow.privacy.__main__  # noqa: F401  registers every table
from contactflow.persistence import Base
from contactflow.persistence.migrations import environment

environment(Base.metadata)
